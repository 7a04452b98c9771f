/** A clock that goes on only by being waited for. */
import type { Time } from '../../../core/time/time.ts';

export interface MadeUpTime extends Time {
  /** Every wait so far, milliseconds. */
  readonly waits: readonly number[];
  advance(milliseconds: number): void;
}

export function madeUpTime(startMs = Date.UTC(2026, 0, 5, 9)): MadeUpTime {
  const waits: number[] = [];
  let nowMs = startMs;
  return {
    waits,
    advance: (milliseconds) => (nowMs += milliseconds),
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    async wait(milliseconds) {
      waits.push(milliseconds);
      nowMs += milliseconds;
      await Promise.resolve();
    },
  };
}
