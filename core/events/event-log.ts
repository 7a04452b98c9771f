/**
 * The events that count, in order. The last run is the one with the highest epoch; every run names the one before with the heads
 * of its chains as they stood when the lease changed hands. What lies beyond those heads, or in a run that no later run names,
 * was written by a holder who had lost the lease: it is ignored by every reader.
 */
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEvent, ChainHead, EventEnvelope } from './event.ts';
import { eventObjects, readSegment } from './read-segments.ts';

/** The chain of the run itself. */
const MAIN = 'main';

export interface RunLog {
  readonly run_id: string;
  readonly started: EventEnvelope<'run_started'>;
  readonly finished: EventEnvelope<'run_finished'> | null;
  /** In the order of the chain 'main'; those of other writers behind the event that joins them, or at the end where the run broke off before. */
  readonly events: readonly AnyEvent[];
  readonly heads: readonly ChainHead[];
}

export interface EventLog {
  /** Oldest first. */
  readonly runs: readonly RunLog[];
  /** Events on the disk that do not count. */
  readonly ignored: readonly AnyEvent[];
}

/** Reads the days from `sinceDate` on; without it, everything. Throws EVENTS_CHAIN where a head cannot be reached. */
export async function readEventLog(store: ObjectStore, sinceDate = ''): Promise<EventLog> {
  const events: AnyEvent[] = [];
  for (const [date, names] of await eventObjects(store)) {
    if (date < sinceDate) continue;
    for (const name of names) for await (const event of readSegment(store, name)) events.push(event);
  }
  return effectiveLog(events);
}

/** The pure half of reading: which of these events count. */
export function effectiveLog(events: readonly AnyEvent[]): EventLog {
  const chains = chainsByRun(events);
  const runs: RunLog[] = [];
  const counted = new Set<AnyEvent>();
  let runId = lastRunId(events);
  let heads: readonly ChainHead[] | null = null;
  while (runId !== undefined) {
    const chain = chains.get(runId);
    // Where reading began at a later day, the runs before it are not here.
    if (chain === undefined) break;
    const run: RunLog = runLog(runId, chain, heads);
    runs.unshift(run);
    for (const event of run.events) counted.add(event);
    runId = run.started.data.previous?.run_id;
    heads = run.started.data.previous?.heads ?? null;
  }
  return { runs, ignored: events.filter((event) => !counted.has(event)) };
}

/** The closing hash of a run: that of its last event when it was closed, else null. */
export function closingHash(run: RunLog): string | null {
  return run.finished?.hash ?? null;
}

type Chains = ReadonlyMap<string, readonly AnyEvent[]>;

function chainsByRun(events: readonly AnyEvent[]): ReadonlyMap<string, Chains> {
  const runs = new Map<string, Map<string, AnyEvent[]>>();
  for (const event of events) {
    const writers = runs.get(event.run_id) ?? new Map<string, AnyEvent[]>();
    runs.set(event.run_id, writers);
    const chain = writers.get(event.writer) ?? [];
    writers.set(event.writer, chain);
    chain.push(event);
  }
  for (const writers of runs.values()) for (const chain of writers.values()) chain.sort((a, b) => a.seq - b.seq);
  return runs;
}

function lastRunId(events: readonly AnyEvent[]): string | undefined {
  let last: EventEnvelope<'run_started'> | undefined;
  for (const event of events) {
    if (event.type === 'run_started' && event.data.epoch > (last?.data.epoch ?? -1)) last = event;
  }
  return last?.run_id;
}

function runLog(runId: string, chains: Chains, heads: readonly ChainHead[] | null): RunLog {
  const counting = new Map<string, readonly AnyEvent[]>();
  for (const [writer, chain] of [...chains].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const head = heads?.find((one) => one.writer === writer);
    const events = linked(chain, heads === null ? Infinity : (head?.seq ?? 0));
    if (head !== undefined && events.at(-1)?.hash !== head.hash) throw brokenChain(head);
    counting.set(writer, events);
  }
  const missing = heads?.find((head) => (counting.get(head.writer) ?? []).length === 0);
  if (missing !== undefined) throw brokenChain(missing);
  const { events, reached } = inOrder(counting);
  const started = events.find((event) => event.type === 'run_started');
  if (started === undefined) throw new MarketsError('EVENTS_CHAIN', `The run ${runId} has no beginning.`);
  const finished = events.find((event) => event.type === 'run_finished') ?? null;
  return { run_id: runId, started, finished, events, heads: reached };
}

/** The chains of a run as one: main, and each other chain where main joins it. */
function inOrder(chains: Chains): { readonly events: readonly AnyEvent[]; readonly reached: readonly ChainHead[] } {
  const events: AnyEvent[] = [];
  const reached = new Map<string, ChainHead>();
  const take = (writer: string, until: number): void => {
    const chain = chains.get(writer) ?? [];
    const next = chain.slice(reached.get(writer)?.seq ?? 0, until);
    events.push(...next);
    const last = next.at(-1);
    if (last !== undefined) reached.set(writer, { run_id: last.run_id, writer, seq: last.seq, hash: last.hash });
  };
  for (const event of chains.get(MAIN) ?? []) {
    take(MAIN, event.seq);
    if (event.type !== 'tasks_joined') continue;
    for (const head of event.data.heads) {
      take(head.writer, head.seq);
      if (reached.get(head.writer)?.hash !== head.hash) throw brokenChain(head);
    }
  }
  // A run that broke off joined what its tasks had written without saying so; one that ended has said all that counts.
  const isClosed = events.at(-1)?.type === 'run_finished';
  if (!isClosed) for (const writer of chains.keys()) take(writer, Infinity);
  return { events, reached: [...reached.values()] };
}

/** The events that hang together from the first one on, up to `seqMax`. */
function linked(chain: readonly AnyEvent[], seqMax: number): readonly AnyEvent[] {
  let before = '';
  let length = 0;
  for (const event of chain) {
    if (event.seq !== length + 1 || event.prev_hash !== before || event.seq > seqMax) break;
    before = event.hash;
    length += 1;
  }
  return chain.slice(0, length);
}

function brokenChain(head: ChainHead): MarketsError {
  return new MarketsError('EVENTS_CHAIN', `The chain ${head.run_id}/${head.writer} does not reach its head.`, {
    expected: `event ${head.seq} with hash ${head.hash}`,
    found: 'a gap or other events',
    next: 'Run `markets audit verify`, and restore the object from a copy.',
  });
}
