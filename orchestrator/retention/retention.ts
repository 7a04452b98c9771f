/**
 * Retention where no bucket's lifecycle does it: removes expired objects in a run of its own, under the lease and on record. An object is named by
 * an event before it is deleted, by its generation; key is name and generation. A run that was killed in between is finished by the next.
 */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { runOneStep } from '../run/one-step-run.ts';
import type { RunFrame, RunFrameOptions } from '../run/open-run.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import { loadState } from '../state/load-state.ts';
import { instantOfMs } from '../time/instant.ts';
import { expiredObjects, RETENTION_FOLDERS, type ExpiredObject, type ExpiredObjects, type RetentionDays } from './expired-objects.ts';

export interface RetentionResult {
  /** null where nothing was removed: no run was needed. */
  readonly run_id: string | null;
  readonly folders: readonly { readonly folder: string; readonly kept_days: number; readonly objects: number; readonly bytes: number }[];
  /** More are expired than one run removes; the next one takes them. */
  readonly more: boolean;
  /** Staged files were left alone, because the warehouse has not read all of them yet. */
  readonly staging_held: boolean;
}

export interface RetentionRunOptions extends RunFrameOptions {
  readonly days: RetentionDays;
  readonly signal: AbortSignal;
  readonly objectsMax?: number;
}

/** Events of one segment, and so many objects between two looks at the lease. */
const BATCH = 500;

/** What would be removed. Writes nothing. */
export async function planRetention(store: ObjectStore, days: RetentionDays, objectsMax?: number): Promise<RetentionResult> {
  return resultOf(null, days, await expiredObjects(store, await loadState(store), days, objectsMax));
}

/** Opens a run only where something is expired. Throws LEASE_HELD while another run is at work. */
export async function retentionInRun(options: RetentionRunOptions): Promise<RetentionResult> {
  const { store, days, objectsMax } = options;
  const planned = await planRetention(store, days, objectsMax);
  if (planned.folders.every(({ objects }) => objects === 0)) return planned;
  return await runOneStep(options, 'retention', async (frame) => {
    // Anew under the lease: a cycle may have run in between.
    const expired = await expiredObjects(store, frame.state, days, objectsMax);
    const removed = await removeAll(options, frame, expired.objects);
    const more = expired.more || removed.length < expired.objects.length;
    return { result: resultOf(frame.runId, days, { ...expired, objects: removed, more }), items: removed.length, error: null };
  });
}

async function removeAll(
  options: RetentionRunOptions,
  frame: RunFrame,
  objects: readonly ExpiredObject[],
): Promise<readonly ExpiredObject[]> {
  const removed: ExpiredObject[] = [];
  for (let at = 0; at < objects.length && !options.signal.aborted; at += BATCH) {
    const batch = objects.slice(at, at + BATCH);
    await frame.lease.assertHeld();
    await frame.journal.record(batch.map((object) => expiredEvent(object, options.clock.now())));
    for (const { name, generation } of batch) await options.store.delete(name, { generation });
    removed.push(...batch);
  }
  return removed;
}

function expiredEvent({ name, generation, sizeBytes, updatedAtMs, keptDays }: ExpiredObject, at: string): AnyNewEvent {
  return {
    type: 'object_expired',
    at,
    data: { object: name, generation, bytes: sizeBytes, updated_at: instantOfMs(updatedAtMs), kept_days: keptDays },
  };
}

function resultOf(run_id: string | null, days: RetentionDays, { objects, more, stagingHeld }: ExpiredObjects): RetentionResult {
  const keptDays = { staging: days.staging_days, failed: days.failed_days, landing: days.unclaimed_days };
  const folders = RETENTION_FOLDERS.map((folder) => {
    const ofFolder = objects.filter((object) => object.folder === folder);
    const bytes = ofFolder.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { folder, kept_days: keptDays[folder], objects: ofFolder.length, bytes };
  });
  return { run_id, folders, more, staging_held: stagingHeld };
}
