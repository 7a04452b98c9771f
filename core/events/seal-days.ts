/**
 * Closed days as one object each: the same lines, in the order of the segments' names. Key is the day; the sealed object is created
 * if absent before any segment is deleted, so that a crash loses nothing and a second call finishes the first.
 */
import { MarketsError, isMarketsError } from '../errors/markets-error.ts';
import type { ObjectInfo, ObjectStore } from '../ports/object-store.ts';
import { EVENTS_PREFIX, readSegmentName, sealedName } from './event-names.ts';

/** Seals the days before `today` (by the store's clock) that have loose segments; only the holder of the lease may call it. Gives the days. */
export async function sealClosedDays(store: ObjectStore, today: string): Promise<readonly string[]> {
  const loose = new Map<string, ObjectInfo[]>();
  for await (const info of store.list(EVENTS_PREFIX)) {
    const parts = readSegmentName(info.name);
    if (parts === null || parts.segment === null || parts.date >= today) continue;
    loose.set(parts.date, [...(loose.get(parts.date) ?? []), info]);
  }
  for (const [date, segments] of loose) await sealDay(store, date, segments);
  return [...loose.keys()];
}

async function sealDay(store: ObjectStore, date: string, segments: readonly ObjectInfo[]): Promise<void> {
  const texts: Buffer[] = [];
  for (const { name, generation } of segments) texts.push(await store.read(name, { generation, maxBytes: Infinity }));
  const sealed = await createOrRead(store, sealedName(date), Buffer.concat(texts));
  for (const [index, { name, generation }] of segments.entries()) {
    // A segment that came after the day was sealed is left where it is: nobody reads it, and audit verify names it.
    if (sealed.includes(texts[index] ?? '')) await store.delete(name, { generation });
  }
}

async function createOrRead(store: ObjectStore, name: string, bytes: Buffer): Promise<Buffer> {
  try {
    await store.write(name, bytes, { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
  const stored = await store.read(name, { maxBytes: Infinity });
  if (stored.length === 0) throw new MarketsError('STORE_CHECKSUM', `The sealed day ${name} is empty.`);
  return stored;
}
