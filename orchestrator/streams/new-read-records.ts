/**
 * Names of read-records that no event names, of all writers. A writer that is known is asked for its next number; writers that are new are found by listing the
 * days on which one can have started, since a writer's name begins with its start. So the cost does not grow with what lies there.
 */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { readRecordName, readRecordsPrefix } from '../../core/stream/object-names.ts';
import { dateIn, instantOfMs } from '../time/instant.ts';

/** A bridge may have waited so long for its first message. */
const STARTED_DAYS_MAX = 7;
/** Newest writers that are asked for more; older ones have ended long ago. */
const WRITERS_ASKED_MAX = 100;
const DAY_MS = 86_400_000;
const RECORD = /\/([0-9]{8}T[0-9]{6}-[0-9a-f]{8})\/([0-9]{12})\.json$/;

export interface ReadRecordName {
  readonly name: string;
  readonly writer: string;
  readonly seq: number;
}

/** In order of writer and number, at most `limit`; a writer's numbers follow its last known one without a hole. */
export async function newReadRecords(
  store: ObjectStore,
  source: string,
  known: ReadonlyMap<string, number>,
  limit: number,
): Promise<readonly ReadRecordName[]> {
  const found: ReadRecordName[] = [];
  for (const writer of [...known.keys()].toSorted().slice(-WRITERS_ASKED_MAX)) {
    for (let seq = (known.get(writer) ?? 0) + 1; found.length < limit; seq += 1) {
      const name = readRecordName(source, writer, seq);
      if ((await store.stat(name)) === undefined) break;
      found.push({ name, writer, seq });
    }
  }
  for (const prefix of await prefixes(store, source, known)) {
    for await (const { name } of store.list(prefix)) {
      if (found.length >= limit) return found;
      const [, writer = '', seq = ''] = RECORD.exec(name) ?? [];
      if (writer !== '' && !known.has(writer)) found.push({ name, writer, seq: Number(seq) });
    }
  }
  return found;
}

/** Everything where no writer is known yet. */
async function prefixes(store: ObjectStore, source: string, known: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const base = readRecordsPrefix(source);
  const newest = [...known.keys()].toSorted().at(-1);
  if (newest === undefined) return [base];
  const startMs = Date.parse(`${newest.slice(0, 4)}-${newest.slice(4, 6)}-${newest.slice(6, 8)}T00:00:00Z`);
  const endMs = Math.max(await store.now(), startMs) + DAY_MS;
  const days: string[] = [];
  for (let ms = startMs - STARTED_DAYS_MAX * DAY_MS; ms <= endMs; ms += DAY_MS) days.push(dateIn(instantOfMs(ms), 'UTC'));
  return days.map((day) => `${base}${day.replaceAll('-', '')}`);
}
