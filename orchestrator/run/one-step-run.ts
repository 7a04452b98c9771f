/** A run of one step: under the lease, and on record with how long it took, what it did and how it ended. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { openRun, type RunFrame, type RunFrameOptions } from './open-run.ts';

export interface StepOutcome<T> {
  readonly result: T;
  /** What the step did, in pieces of its own. */
  readonly items: number;
  /** Code of the first error that the step went past; null where there was none. */
  readonly error: string | null;
}

/** Throws LEASE_HELD while another run is at work, and what the step throws: that is on record too, where the run still can write. */
export async function runOneStep<T>(
  options: RunFrameOptions,
  step: string,
  work: (frame: RunFrame) => Promise<StepOutcome<T>>,
): Promise<T> {
  const frame = await openRun(options);
  const started = Date.now();
  const end = async (error: string | null, items: number): Promise<void> =>
    await frame.close({ status: error === null ? 'ok' : 'failed', steps: [{ step, duration_ms: Date.now() - started, items }], error });
  try {
    const { result, items, error } = await work(frame);
    await end(error, items);
    return result;
  } catch (error) {
    if (!frame.journal.isBroken() && !isMarketsError(error, 'LEASE_LOST')) await end(isMarketsError(error) ? error.code : 'INTERNAL', 0);
    throw error;
  } finally {
    await frame.lease.release();
  }
}
