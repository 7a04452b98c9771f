/** Every digest that an event states, recomputed from the object that it names. */
import type { AnyEvent } from '../../core/events/event.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { digestObject, type Digests } from '../deliver/spool.ts';
import { specObject } from '../run/spec-object.ts';
import type { AuditProblem } from './audit-problem.ts';

export interface StatedDigest {
  readonly object: string;
  readonly sha256: string;
  readonly crc32c: string | null;
  readonly bytes: number | null;
}

/** What an event states about objects. Pure. */
export function statedDigests(event: AnyEvent): readonly StatedDigest[] {
  switch (event.type) {
    case 'spec_loaded':
      return [stated(specObject(event.data.spec_version), event.data.spec_version)];
    case 'file_validated': {
      const { quarantine, quarantine_sha256, report, report_sha256 } = event.data;
      const reported = stated(report, report_sha256);
      return quarantine === null || quarantine_sha256 === null ? [reported] : [reported, stated(quarantine, quarantine_sha256)];
    }
    case 'load_rebuilt':
    case 'load_published':
    case 'stream_dead_letters':
    case 'stream_candles':
    case 'stream_findings':
      return event.data.parts.map((part) => stated(part.object, part.sha256, part.bytes));
    case 'object_archived':
      return [stated(event.data.archived_as, event.data.sha256, null, event.data.crc32c)];
    case 'extract_written':
      return [stated(event.data.object, event.data.sha256, event.data.bytes)];
    case 'extract_receipt':
      return [stated(event.data.receipt, event.data.sha256)];
    default:
      return [];
  }
}

/** Of a load whose parts were staged again, what was said of them last counts. */
function withoutRebuilt(events: readonly AnyEvent[]): readonly AnyEvent[] {
  const last = new Map(events.flatMap((event) => (event.type === 'load_rebuilt' ? [[event.load_id, event] as const] : [])));
  return events.map((event) => {
    const rebuilt = event.type === 'load_published' || event.type === 'load_rebuilt' ? last.get(event.load_id) : undefined;
    return rebuilt ?? event;
  });
}

/** Days that a top folder keeps its objects, where the store removes older ones by itself. */
export type KeptDays = Readonly<Record<string, number>>;

export interface CheckedObjects {
  readonly objects: number;
  readonly bytes: number;
  /** Objects that are not there because their time was over. */
  readonly expired: number;
  readonly problems: readonly AuditProblem[];
}

/** Reads each object once, however many events name it. */
export async function checkObjects(
  store: ObjectStore,
  events: readonly AnyEvent[],
  { keptDays, progress }: { readonly keptDays: KeptDays; readonly progress: (done: number, total: number) => void },
): Promise<CheckedObjects> {
  const digests = new Map(
    withoutRebuilt(events)
      .flatMap((event) => statedDigests(event).map((one) => ({ one, at: event.at })))
      .map((each) => [JSON.stringify(each.one), each]),
  );
  const problems: AuditProblem[] = [];
  const read = new Map<string, Digests | null>();
  const expired = new Set<string>();
  const removed = removedObjects(events);
  const now = await store.now();
  let bytes = 0;
  for (const { one, at } of digests.values()) {
    let found = read.get(one.object);
    if (found === undefined) {
      found = await digestIfThere(store, one.object);
      read.set(one.object, found);
      bytes += found?.sizeBytes ?? 0;
    }
    if (found === null && (removed.has(one.object) || isExpired(one.object, at, now, keptDays))) expired.add(one.object);
    else problems.push(...differences(one, found));
    progress(read.size, digests.size);
  }
  return { objects: read.size - expired.size, bytes, expired: expired.size, problems };
}

/** What retention removed by its own word, and nothing has stated anew since. */
function removedObjects(events: readonly AnyEvent[]): ReadonlySet<string> {
  const removed = new Set<string>();
  for (const event of events) {
    if (event.type === 'object_expired') removed.add(event.data.object);
    else for (const { object } of statedDigests(event)) removed.delete(object);
  }
  return removed;
}

const DAY_MS = 86_400_000;

function isExpired(object: string, at: string, nowMs: number, keptDays: KeptDays): boolean {
  const days = keptDays[object.split('/')[0] ?? ''];
  return days !== undefined && nowMs - Date.parse(at) > days * DAY_MS;
}

function differences(one: StatedDigest, found: Digests | null): readonly AuditProblem[] {
  const where = one.object;
  if (found === null) return [{ where, problem: 'The object is not there.', expected: one.sha256, found: null }];
  if (found.sha256 !== one.sha256) {
    return [{ where, problem: 'The object has another sha256.', expected: one.sha256, found: found.sha256 }];
  }
  if (one.crc32c !== null && found.crc32c !== one.crc32c) {
    return [{ where, problem: 'The object has another CRC32C.', expected: one.crc32c, found: found.crc32c }];
  }
  if (one.bytes !== null && found.sizeBytes !== one.bytes) {
    return [{ where, problem: 'The object has another size.', expected: String(one.bytes), found: String(found.sizeBytes) }];
  }
  return [];
}

async function digestIfThere(store: ObjectStore, name: string): Promise<Digests | null> {
  try {
    return await digestObject(store, name);
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return null;
    throw error;
  }
}

function stated(object: string, sha256: string, bytes: number | null = null, crc32c: string | null = null): StatedDigest {
  return { object, sha256, bytes, crc32c };
}
