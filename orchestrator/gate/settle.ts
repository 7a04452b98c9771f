/**
 * An object that was written a moment ago may still be growing. It is looked at again after settle_seconds, in the same run: one that
 * changed in between is left for the next cycle.
 */
import type { ObjectInfo } from '../../core/ports/object-store.ts';
import type { Lane } from '../run/lane.ts';

/** Gives the names that are settled, after waiting once for the young ones. Nothing is read. */
export async function settledNames(lane: Lane, objects: readonly ObjectInfo[]): Promise<ReadonlySet<string>> {
  const settleMs = lane.limits.settle_seconds * 1000;
  const now = await lane.store.now();
  const young = objects.filter((info) => now - info.updatedAtMs < settleMs);
  const settled = new Set(objects.filter((info) => !young.includes(info)).map((info) => info.name));
  if (young.length === 0) return settled;
  const youngest = Math.max(...young.map((info) => info.updatedAtMs));
  // A time stamp ahead of the clock never makes a run wait longer than the rule says.
  await lane.sleep(Math.min(settleMs, youngest + settleMs - now));
  for (const info of young) {
    if ((await lane.store.stat(info.name))?.generation === info.generation) settled.add(info.name);
    else lane.logger.log('info', 'object_still_changing', { object: info.name });
  }
  return settled;
}
