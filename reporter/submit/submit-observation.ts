/** What happens at a destination, for metrics and alarms: no row values, no bytes. */
import type { BreakerState } from './circuit-breaker.ts';

export type SubmitObservation =
  | {
      readonly kind: 'call';
      readonly destination: string;
      readonly call: 'submit' | 'inquire' | 'replies';
      /** The state of an outcome, `unknown`, or for replies `read` and `failed`. */
      readonly result: string;
      /** Of outcomes that are unsent or ambiguous. */
      readonly reason: string | null;
      /** Of the call itself, without waiting for its turn. */
      readonly latencyMs: number;
    }
  | { readonly kind: 'breaker'; readonly destination: string; readonly from: BreakerState; readonly to: BreakerState }
  /** Somebody has to look at it. */
  | { readonly kind: 'finding'; readonly destination: string; readonly code: string; readonly trn: string; readonly action: string };

export interface DestinationState {
  readonly destination: string;
  readonly breaker: BreakerState;
  readonly in_flight: number;
  readonly waiting: number;
}
