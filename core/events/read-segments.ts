/** Reads what lies under control/events, segment by segment: open days as they were written, closed days from their sealed file. */
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEvent } from './event.ts';
import { linesOf } from './lines-of.ts';
import { EVENTS_PREFIX, readSegmentName } from './event-names.ts';

/** The object names that hold events, by day; a sealed day has its sealed file only. */
export async function eventObjects(store: ObjectStore): Promise<ReadonlyMap<string, readonly string[]>> {
  const segments = new Map<string, string[]>();
  const sealed = new Map<string, string[]>();
  for await (const { name } of store.list(EVENTS_PREFIX)) {
    const parts = readSegmentName(name);
    if (parts === null) continue;
    const days = parts.segment === null ? sealed : segments;
    days.set(parts.date, [...(days.get(parts.date) ?? []), name]);
  }
  // What a late holder of a lost lease adds to a sealed day counts for nobody.
  return new Map([...segments, ...sealed].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The events of one object in the order of its lines. */
export async function* readSegment(store: ObjectStore, name: string): AsyncGenerator<AnyEvent> {
  let number = 0;
  for await (const line of linesOf(await store.readStream(name))) {
    number += 1;
    yield parseEvent(line, name, number);
  }
}

function parseEvent(line: string, name: string, number: number): AnyEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw broken(name, number, cause);
  }
  if (!isEnvelope(value)) throw broken(name, number, undefined);
  return value;
}

/** The members that the chain rests on; the rest is held by the event's hash. */
function isEnvelope(value: unknown): value is AnyEvent {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['event_id', 'type', 'at', 'run_id', 'writer', 'prev_hash', 'hash'];
  const members = new Map(Object.entries(value));
  return texts.every((name) => typeof members.get(name) === 'string') && typeof members.get('seq') === 'number';
}

function broken(name: string, line: number, cause: unknown): MarketsError {
  return new MarketsError('EVENTS_CHAIN', 'A line of the events is no event.', {
    cause,
    place: { file: name, line },
    next: 'Run `markets audit verify`, and restore the object from a copy.',
  });
}
