/**
 * Cycles as files arrive: a notification starts one that takes what lies in landing, as far as the archive; the warehouse is the hourly run's.
 * Key of a file is its name and generation, and what was done with it is in the events, so that notifications may come twice, in any
 * order or never. One is acknowledged when its generation is no longer in landing, or stays there for a reason that is recorded.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectNotification, ObjectNotifications } from '../../core/ports/object-notifications.ts';
import type { CycleResult } from '../run/cycle-result.ts';

export interface Watch {
  readonly notifications: ObjectNotifications;
  /** One cycle without the warehouse. */
  readonly cycle: () => Promise<CycleResult>;
  /** The generation that lies under the name now; undefined where there is none. */
  readonly generationOf: (name: string) => Promise<string | undefined>;
  readonly finished: (result: CycleResult) => void;
  readonly failed: (error: unknown) => void;
  /** Waits, and comes back early when the signal is aborted. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Aborted to end: the cycle at hand finishes the files that it has begun, what is left is given back. */
  readonly signal: AbortSignal;
}

export interface Watched {
  readonly cycles: number;
  readonly acknowledged: number;
  readonly given_back: number;
}

/** Files that arrive together are judged together. */
const GATHER_MS = 500;
/** Another run holds the lease: it may take the file, and if not, this one does soon after. */
const LEASE_PAUSE_MS = 2_000;
const LEASE_TRIES_MAX = 900;
/** After a cycle that failed; what was given back comes again in the meantime. */
const FAILURE_PAUSE_MS = 5_000;

/** Resolves when the signal was aborted. Throws what ends the notifications. */
export async function watchLanding(watch: Watch): Promise<Watched> {
  const counts = { cycles: 0, acknowledged: 0, given_back: 0 };
  for (;;) {
    const first = await watch.notifications.next(watch.signal);
    if (first.length === 0) return counts;
    await watch.wait(GATHER_MS);
    const batch = [...first, ...watch.notifications.waiting()];
    const result = await runWhenFree(watch);
    if (result !== null) counts.cycles += 1;
    for (const notification of batch) {
      const isDone = result !== null && (await isRecorded(watch, notification, result));
      if (isDone) notification.acknowledge();
      else notification.giveBack();
      counts[isDone ? 'acknowledged' : 'given_back'] += 1;
    }
    if (result === null) await watch.wait(FAILURE_PAUSE_MS);
  }
}

/** null where the cycle failed, or the lease never became free. */
async function runWhenFree(watch: Watch): Promise<CycleResult | null> {
  for (let tries = 1; ; tries++) {
    try {
      const result = await watch.cycle();
      watch.finished(result);
      return result;
    } catch (error) {
      if (!isMarketsError(error, 'LEASE_HELD') || tries >= LEASE_TRIES_MAX || watch.signal.aborted) {
        watch.failed(error);
        return null;
      }
    }
    await watch.wait(LEASE_PAUSE_MS);
  }
}

/** The cycle began after the notification came, so that it saw this generation or it was gone already. */
async function isRecorded(watch: Watch, { name, generation }: ObjectNotification, result: CycleResult): Promise<boolean> {
  try {
    if ((await watch.generationOf(name)) !== generation) return true;
  } catch (error) {
    watch.failed(error);
    return false;
  }
  // What a cycle leaves in landing it has recorded (waiting for its control file, claimed by no source), unless it was hindered or stopped.
  const object = name.slice('landing/'.length);
  return !watch.signal.aborted && !result.errors.some((error) => error.object === object);
}
