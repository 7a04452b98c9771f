/** Faults that a front in front of an object service makes, each for the calls that a test names. */
import type { GcsCall } from './gcs-call.ts';

export type GcsFault =
  /** Answered in place of the service; nothing is done. */
  | { readonly kind: 'status'; readonly status: number; readonly reason?: string; readonly retryAfterSeconds?: number }
  /** The connection breaks; nothing is done. */
  | { readonly kind: 'reset' }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost answer' }
  /** Nothing is done and no answer ever comes. */
  | { readonly kind: 'stall' }
  /** Done and answered, so much later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Half of the answer's body, then the connection ends. */
  | { readonly kind: 'truncated' }
  /** Half of the answer's body, then nothing any more. */
  | { readonly kind: 'stalled body' }
  /** One byte of the answer's body is another. */
  | { readonly kind: 'damaged' }
  /** One byte of what was sent is another by the time the service has it. */
  | { readonly kind: 'damaged upload' };

export interface InjectedFault {
  /** How many calls it was made for. */
  hits(): number;
  remove(): void;
}

export interface GcsFaults {
  /** For the next `times` calls (1 by default) that `when` says yes to; the faults that were injected first go first. */
  inject(fault: GcsFault, when: (call: GcsCall) => boolean, times?: number): InjectedFault;
  take(call: GcsCall): GcsFault | null;
}

export function createFaults(): GcsFaults {
  const waiting = new Set<{ readonly fault: GcsFault; readonly when: (call: GcsCall) => boolean; left: number; hits: number }>();
  return {
    inject(fault, when, times = 1) {
      const entry = { fault, when, left: times, hits: 0 };
      waiting.add(entry);
      return { hits: () => entry.hits, remove: () => void waiting.delete(entry) };
    },
    take(call) {
      for (const entry of waiting) {
        if (!entry.when(call)) continue;
        entry.hits += 1;
        entry.left -= 1;
        if (entry.left <= 0) waiting.delete(entry);
        return entry.fault;
      }
      return null;
    },
  };
}
