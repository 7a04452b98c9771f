/**
 * Who has which unit of a shared run. A claim is an object created if absent, so that each unit has one task; a task that was silent for
 * three heartbeats by the store's clock is given up by the run, which takes its units with the next attempt.
 */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { CycleError, FileOutcome } from '../run/cycle-result.ts';
import { claimName, doneName, heartbeatName, readClaimName, readDoneName, sharePrefix, CLAIMS_PREFIX } from './share-names.ts';

const HEARTBEATS_MISSED_MAX = 3;
const DONE_BYTES_MAX = 16 * 1024 * 1024;

export interface UnitClaim {
  readonly unit: number;
  readonly attempt: number;
  /** The chain of the task that has it. */
  readonly writer: string;
  /** By the store's clock: when the task was heard of last. */
  readonly seenMs: number;
}

export interface Claims {
  /** Unit -> its last claim. */
  readonly claimed: ReadonlyMap<number, UnitClaim>;
  readonly done: ReadonlySet<number>;
}

export interface UnitOutcome {
  readonly files: readonly FileOutcome[];
  readonly errors: readonly CycleError[];
}

/** False where another task has it. */
export async function claimUnit(store: ObjectStore, epoch: number, unit: number, attempt: number, writer: string): Promise<boolean> {
  try {
    await store.write(claimName(epoch, unit, attempt), Buffer.from(writer), { ifAbsent: true });
    return true;
  } catch (error) {
    if (isMarketsError(error, 'STORE_EXISTS')) return await isOwn(store, claimName(epoch, unit, attempt), writer);
    throw error;
  }
}

/** A claim whose answer was lost may have been written. */
async function isOwn(store: ObjectStore, name: string, writer: string): Promise<boolean> {
  return (await store.read(name)).toString() === writer;
}

/** One listing, and one small read a claim that is not done. */
export async function readClaims(store: ObjectStore, epoch: number): Promise<Claims> {
  const latest = new Map<number, { readonly attempt: number; readonly name: string; readonly atMs: number }>();
  const beats = new Map<string, number>();
  const done = new Set<number>();
  for await (const { name, updatedAtMs } of store.list(sharePrefix(epoch))) {
    const claim = readClaimName(name);
    const finished = readDoneName(name);
    if (claim !== null) {
      if (claim.attempt > (latest.get(claim.unit)?.attempt ?? 0)) latest.set(claim.unit, { ...claim, name, atMs: updatedAtMs });
    } else if (finished !== null) done.add(finished);
    else beats.set(name, updatedAtMs);
  }
  const claimed = new Map<number, UnitClaim>();
  for (const [unit, { attempt, name, atMs }] of latest) {
    const writer = done.has(unit) ? '' : (await store.read(name)).toString();
    claimed.set(unit, { unit, attempt, writer, seenMs: Math.max(atMs, beats.get(heartbeatName(epoch, writer)) ?? 0) });
  }
  return { claimed, done };
}

/** Whether the task that has a unit was silent for too long. */
export function isGivenUp(claim: UnitClaim, nowMs: number, heartbeatSeconds: number): boolean {
  return nowMs - claim.seenMs > HEARTBEATS_MISSED_MAX * heartbeatSeconds * 1000;
}

/** Throws LEASE_LOST when the run gave this task up and took its unit. */
export async function assertClaim(store: ObjectStore, epoch: number, unit: number, attempt: number): Promise<void> {
  if ((await store.stat(claimName(epoch, unit, attempt + 1))) === undefined) return;
  throw new MarketsError('LEASE_LOST', 'The run gave this task up and took its files.', {
    expected: `attempt ${String(attempt)} at unit ${String(unit)}`,
    found: `attempt ${String(attempt + 1)}`,
    next: 'Nothing: the run does the work. Look for what stopped this task for so long.',
  });
}

/** Key is the unit: what was said first stands. */
export async function finishUnit(store: ObjectStore, epoch: number, unit: number, outcome: UnitOutcome): Promise<void> {
  try {
    await store.write(doneName(epoch, unit), Buffer.from(JSON.stringify(outcome)), { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
}

export async function unitOutcome(store: ObjectStore, epoch: number, unit: number): Promise<UnitOutcome> {
  const bytes = await store.read(doneName(epoch, unit), { maxBytes: DONE_BYTES_MAX });
  return JSON.parse(bytes.toString()) as UnitOutcome;
}

export interface TaskHeartbeat {
  stop(): void;
}

export function beat(store: ObjectStore, epoch: number, writer: string, seconds: number): TaskHeartbeat {
  // A beat that the store refused is made up by the next one; three in a row give the task up, which it then sees itself.
  const timer = setInterval(() => {
    store.write(heartbeatName(epoch, writer), Buffer.alloc(0), { overwrite: true }).catch(() => undefined);
  }, seconds * 1000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Removes what the tasks of the runs before `epoch` left. Not of that run itself: a task of it that was given up and comes back still has
 * to find that its unit was taken.
 */
export async function forgetClaims(store: ObjectStore, epoch: number): Promise<void> {
  const own = sharePrefix(epoch);
  for await (const { name, generation } of store.list(CLAIMS_PREFIX)) {
    if (name < own) await store.delete(name, { generation });
  }
}
