/** Which objects have outlived their folder's time. Only what can be made again, was refused, or belongs to no source is ever named. */
import type { ObjectInfo, ObjectStore } from '../../core/ports/object-store.ts';
import { belowLanding } from '../gate/delivery.ts';
import { objectKey, type LaneState } from '../state/lane-state.ts';

/** As the configuration's block `retention:`; by the store's clock, from an object's last change on. */
export interface RetentionDays {
  readonly staging_days: number;
  readonly failed_days: number;
  readonly unclaimed_days: number;
}

export const RETENTION_FOLDERS = ['staging', 'failed', 'landing'] as const;
export type RetentionFolder = (typeof RETENTION_FOLDERS)[number];

export interface ExpiredObject extends ObjectInfo {
  readonly folder: RetentionFolder;
  readonly keptDays: number;
}

export interface ExpiredObjects {
  readonly objects: readonly ExpiredObject[];
  /** More are expired than one run removes. */
  readonly more: boolean;
  /** Staged files are left alone: the warehouse has not read all of them yet. */
  readonly stagingHeld: boolean;
}

const DAY_MS = 86_400_000;
/** The next run takes the rest. */
export const OBJECTS_A_RUN_MAX = 10_000;

/** Reads names and times only. `max` bounds what is held in memory. */
export async function expiredObjects(
  store: ObjectStore,
  state: LaneState,
  days: RetentionDays,
  max: number = OBJECTS_A_RUN_MAX,
): Promise<ExpiredObjects> {
  const nowMs = await store.now();
  const stagingHeld = state.warehouse_pending;
  const keptDays = { staging: days.staging_days, failed: days.failed_days, landing: days.unclaimed_days };
  const objects: ExpiredObject[] = [];
  for (const folder of RETENTION_FOLDERS) {
    if (folder === 'staging' && stagingHeld) continue;
    const beforeMs = nowMs - keptDays[folder] * DAY_MS;
    for await (const info of store.list(`${folder}/`)) {
      if (info.updatedAtMs >= beforeMs || (folder === 'landing' && !isUnclaimed(state, info))) continue;
      if (objects.length === max) return { objects, more: true, stagingHeld };
      objects.push({ ...info, folder, keptDays: keptDays[folder] });
    }
  }
  return { objects, more: false, stagingHeld };
}

/** Said of this very generation by a cycle, and no source has claimed it since: what no cycle has looked at is a delivery until one has. */
function isUnclaimed(state: LaneState, info: ObjectInfo): boolean {
  const key = objectKey(belowLanding(info), info.generation);
  return state.unclaimed.has(key) && !state.discovered.has(key);
}
