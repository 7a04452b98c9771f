/** Takes on what dead and ended instances left: events that were received and not finished. Each dead ledger is closed by an anchor and adopted once. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { claimAdoption, finishAdoption } from './adoption.ts';
import { lastAnchor, writeAnchor, type Anchor } from '../../core/reports/anchors.ts';
import { contentOf, findAllReceived, receivedIn, type FoundReceived } from './find-received.ts';
import { forgetInstance, listInstances } from './heartbeat.ts';
import type { Ledger } from './ledger.ts';
import { readLedger, type LedgerEnd } from '../../core/reports/read-ledger.ts';
import { momentOf, type Time } from '../../core/time/time.ts';

/** Of `adopted` entries that are made durable together, before their events are handed over. */
const HANDED_OVER_AT_ONCE = 256;

export interface AdoptOptions {
  readonly store: ObjectStore;
  /** Of the adopter. */
  readonly ledger: Ledger;
  readonly time: Time;
}

export interface UnfinishedEvent extends FoundReceived {
  /** The dead instance. */
  readonly from: string;
}

export interface Adopted {
  readonly instances: readonly string[];
  readonly events: number;
  /** Ledgers that do not verify: nobody takes them on before a person has looked. */
  readonly refused: readonly { readonly instance: string; readonly error: MarketsError }[];
}

/**
 * `take` is called when the ledger has `adopted` of the event, durable. An event may be handed over again after a failure, and by two instances that an
 * adopter died between: key is the event_id. Errors of the store and of `take` end the call; calling again goes on.
 */
export async function adoptUnfinished(options: AdoptOptions, take: (event: UnfinishedEvent) => Promise<void>): Promise<Adopted> {
  const instances: string[] = [];
  const refused: { instance: string; error: MarketsError }[] = [];
  let events = 0;
  for await (const { instance, state } of listInstances(options.store)) {
    if (state === 'alive' || instance === options.ledger.instance) continue;
    try {
      const taken = await adoptInstance(options, instance, take);
      if (taken === null) continue;
      instances.push(instance);
      events += taken;
    } catch (error) {
      if (!isMarketsError(error, 'LEDGER_DAMAGED')) throw error;
      refused.push({ instance, error });
    }
  }
  return { instances, events, refused };
}

/** Events that were handed over; null where there is nothing to do or another does it. */
async function adoptInstance(
  { store, ledger, time }: AdoptOptions,
  instance: string,
  take: (event: UnfinishedEvent) => Promise<void>,
): Promise<number | null> {
  const by = ledger.instance;
  const claim = await claimAdoption(store, { instance, by, at: momentOf(time.nowMs()) });
  if (claim === 'of_another') return null;
  if (claim === 'done') {
    await forgetInstance(store, instance);
    return null;
  }
  const { unfinished, count } = await closeLedger(store, instance, by, time);
  let events = 0;
  for await (const group of groupsOf(unfinishedEvents(store, instance, unfinished, count))) {
    const entry = { kind: 'adopted', reportId: null, data: { from: instance } } as const;
    await Promise.all(group.map(async ({ eventId }) => await ledger.append({ ...entry, eventId })));
    for (const found of group) await take({ ...found, from: instance });
    events += group.length;
  }
  await finishAdoption(store, claim.attempt, { instance, by, at: momentOf(time.nowMs()), events });
  await forgetInstance(store, instance);
  return events;
}

/** Event -> whose ledgers have contents of it; none where that is not said. */
type Unfinished = ReadonlyMap<string, ReadonlySet<string>>;

/** What the ledger says is unfinished, and as many entries as count; later ones are of an instance that came back, and count for nobody. */
async function closeLedger(
  store: ObjectStore,
  instance: string,
  by: string,
  time: Time,
): Promise<{ readonly unfinished: Unfinished; readonly count: number }> {
  const anchor = await lastAnchor(store, instance);
  const countMax = anchor?.is_closing === true ? anchor.count : Infinity;
  const { unfinished, end } = await readUnfinished(store, instance, anchor?.count ?? 0, countMax);
  if (anchor?.is_closing !== true) await writeClosing(store, instance, by, time, anchor, end);
  return { unfinished, count: end.count };
}

async function writeClosing(
  store: ObjectStore,
  instance: string,
  by: string,
  time: Time,
  before: Anchor | null,
  end: LedgerEnd,
): Promise<void> {
  await writeAnchor(store, before, {
    instance,
    at: momentOf(time.nowMs()),
    by,
    count: end.count,
    head_hash: end.headHash,
    torn_bytes: end.tornBytes,
    is_closing: true,
  });
}

async function readUnfinished(
  store: ObjectStore,
  instance: string,
  countMin: number,
  countMax: number,
): Promise<{ readonly unfinished: Unfinished; readonly end: LedgerEnd }> {
  const unfinished = new Map<string, Set<string>>();
  const note = (eventId: string, origin: string | null): void => {
    const origins = unfinished.get(eventId) ?? new Set();
    unfinished.set(eventId, origin === null ? origins : origins.add(origin));
  };
  const entries = readLedger(store, instance, { countMin, countMax });
  for (;;) {
    const next = await entries.next();
    if (next.done === true) return { unfinished, end: next.value };
    const { kind, event_id: eventId, data } = next.value;
    if (eventId === null) continue;
    if (kind === 'received') note(eventId, instance);
    else if (kind === 'adopted') note(eventId, data.from);
    else if (kind === 'replayed') note(eventId, null);
    else if (kind === 'finished') unfinished.delete(eventId);
  }
}

/** With what they were when they came: from this ledger, from that of the instance they were taken on from, or from wherever they lie. */
async function* unfinishedEvents(
  store: ObjectStore,
  instance: string,
  unfinished: Unfinished,
  count: number,
): AsyncGenerator<FoundReceived> {
  const seen = new Set<string>();
  const isNew = (found: FoundReceived): boolean => {
    const before = seen.size;
    return seen.add(contentOf(found)).size > before;
  };
  // An event that a ledger says it was taken on from another lies there, or was taken on there too: then it is looked for everywhere.
  const elsewhere = new Map([...unfinished].map(([eventId, origins]) => [eventId, Math.max(1, origins.size)]));
  for (const from of new Set([...unfinished.values()].flatMap((origins) => [...origins]))) {
    const here = new Set<string>();
    for await (const found of receivedIn(store, from, idsOf(unfinished, from), from === instance ? count : Infinity)) {
      here.add(found.eventId);
      if (isNew(found)) yield found;
    }
    for (const eventId of here) elsewhere.set(eventId, (elsewhere.get(eventId) ?? 1) - 1);
  }
  const left = new Set([...elsewhere].filter(([, origins]) => origins > 0).map(([eventId]) => eventId));
  if (left.size === 0) return;
  const found = new Set<string>();
  for await (const each of findAllReceived(store, left)) {
    found.add(each.eventId);
    if (isNew(each)) yield each;
  }
  const lost = [...left].find((eventId) => !found.has(eventId));
  if (lost !== undefined) throw nowhere(instance, lost);
}

function idsOf(unfinished: Unfinished, from: string): Set<string> {
  return new Set([...unfinished].filter(([, origins]) => origins.has(from)).map(([eventId]) => eventId));
}

async function* groupsOf<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < HANDED_OVER_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function nowhere(instance: string, eventId: string): MarketsError {
  return new MarketsError('LEDGER_DAMAGED', 'An event was taken on, and no ledger has received it.', {
    expected: `a received entry of ${eventId}`,
    found: `none, though ${instance} speaks of it`,
    next: 'Run `markets reporter verify`, and restore the ledgers from the copy of the bucket.',
  });
}
