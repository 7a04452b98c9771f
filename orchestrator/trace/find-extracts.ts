/** Which extracts hold a trade. */
import { linesOf } from '../../core/events/lines-of.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LaneState } from '../state/lane-state.ts';
import { gunzipped } from './raw-bytes.ts';

/** A window of seven days is in seven extracts; older ones are asked for by their date. */
const EXTRACTS_READ_MAX = 10;

/** Object names, newest first; reads the newest EXTRACTS_READ_MAX extracts. */
export async function extractsWith(store: ObjectStore, state: LaneState, tradeId: string): Promise<readonly string[]> {
  const newest = [...state.extracts.values()].sort((left, right) => (left.date < right.date ? 1 : -1)).slice(0, EXTRACTS_READ_MAX);
  const found: string[] = [];
  for (const { object } of newest) if (await holds(store, object, `"trade_id":"${tradeId}"`)) found.push(object);
  return found;
}

async function holds(store: ObjectStore, object: string, member: string): Promise<boolean> {
  if (!object.endsWith('.jsonl.gz') || (await store.stat(object)) === undefined) return false;
  for await (const line of linesOf(gunzipped(await store.readStream(object)))) if (line.includes(member)) return true;
  return false;
}
