/**
 * Cycles on the hour, in the foreground, until the signal: then the step at hand is finished and no other begun. A lease that another run
 * holds, or an error, costs one cycle and not the schedule.
 */
export interface Schedule {
  /** Runs a cycle; what it throws is given to `failed` and the schedule goes on. */
  readonly cycle: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly nowMs: () => number;
  /** Waits, and comes back early when the signal is aborted. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** A first cycle at once, before the first full hour. */
  readonly atOnce: boolean;
}

const HOUR_MS = 3_600_000;

/** Resolves when the signal was aborted; gives the number of cycles that were begun. */
export async function runHourly(schedule: Schedule): Promise<number> {
  let cycles = 0;
  if (!schedule.atOnce) await schedule.wait(untilNextHourMs(schedule.nowMs()));
  while (!schedule.signal.aborted) {
    cycles += 1;
    try {
      await schedule.cycle();
    } catch (error) {
      schedule.failed(error);
    }
    if (!isOver(schedule.signal)) await schedule.wait(untilNextHourMs(schedule.nowMs()));
  }
  return cycles;
}

/** Asked anew after every wait: the signal comes while something else runs. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A cycle that ends within the hour in which it began is followed at the next full hour, never twice in one. */
export function untilNextHourMs(nowMs: number): number {
  return HOUR_MS - (nowMs % HOUR_MS);
}
