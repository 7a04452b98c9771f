/** What becomes of events that intake has read: the service's view of the pipeline. */
import type { Acceptance, Arrival } from '../pipeline/arrival.ts';

export interface ReplayRequest {
  /** At most REPLAY_EVENTS_MAX. */
  readonly eventIds: readonly string[];
  /** Who asked, and why: both are kept in the ledger. */
  readonly by: string;
  readonly why: string;
}

export interface ReplayedEvent {
  readonly eventId: string;
  /** unknown: no ledger has received it. not_open: nothing of it waits for a replay. */
  readonly outcome: 'replayed' | 'unknown' | 'not_open';
}

export interface ReportingPipeline {
  /** Resolves when `received` is durable, or at once where it is not taken. Rejects where the ledger cannot make it durable. */
  accept(arrival: Arrival): Promise<Acceptance>;
  /** Reads reference data again, and offers again what waits for them. */
  refresh(): Promise<unknown>;
  replay(request: ReplayRequest): Promise<readonly ReplayedEvent[]>;
}

export const REPLAY_EVENTS_MAX = 1000;
