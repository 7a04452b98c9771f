/**
 * Appends events to one chain of one run. Events are collected and written as a segment by `flush`, created if absent: key is
 * (run_id, writer, seq), so that a chain has one author. What was not flushed did not happen.
 */
import { isMarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { AnyEvent, ChainHead, EventData, EventEnvelope, EventType } from './event.ts';
import { eventHash, eventLine } from './event-hash.ts';
import { segmentName } from './event-names.ts';

export interface NewEvent<T extends EventType> {
  readonly type: T;
  readonly at: string;
  readonly load_id?: string;
  readonly source?: string;
  readonly data: EventData[T];
}

export interface EventWriter {
  /** Adds to the next segment; nothing is stored before `flush`. */
  append<T extends EventType>(event: NewEvent<T>): EventEnvelope<T>;
  /** Stores what was appended; a failure leaves the chain as it was, and a second call tries the same segment again. */
  flush(): Promise<void>;
  /** The last stored event, null before the first. */
  head(): ChainHead | null;
}

export interface EventWriterOptions {
  readonly store: ObjectStore;
  readonly runId: string;
  readonly writer: string;
  /** YYYY-MM-DD by the store's clock when the run began: a closed day never gets a new segment of a run that holds the lease. */
  readonly date: string;
  /** Random and unique: 128 bits as hex. */
  readonly newId: () => string;
}

export function createEventWriter(options: EventWriterOptions): EventWriter {
  let waiting: AnyEvent[] = [];
  let stored: ChainHead | null = null;
  let last: ChainHead | null = null;
  let flushing: Promise<void> = Promise.resolve();

  async function store(): Promise<void> {
    // A copy: what is appended while the segment is written belongs to the next one.
    const segment = [...waiting];
    const first = segment[0];
    const final = segment.at(-1);
    if (first === undefined || final === undefined) return;
    const name = segmentName(options.date, options.runId, options.writer, first.seq);
    await createSegment(options.store, name, Buffer.from(segment.map(eventLine).join('')));
    waiting = waiting.slice(segment.length);
    stored = headOf(final);
  }

  return {
    append(event) {
      const hashed = {
        event_id: options.newId(),
        type: event.type,
        at: event.at,
        run_id: options.runId,
        writer: options.writer,
        seq: (last?.seq ?? 0) + 1,
        load_id: event.load_id ?? null,
        source: event.source ?? null,
        data: event.data,
        prev_hash: last?.hash ?? '',
      };
      const whole = { ...hashed, hash: eventHash(hashed) };
      last = headOf(whole);
      waiting.push(whole as AnyEvent);
      return whole;
    },
    async flush() {
      // One segment after the other, also when several callers flush at once.
      flushing = flushing.then(store, store);
      await flushing;
    },
    head: () => stored,
  };
}

/** A write whose answer was lost may have been done: the same bytes under the name are this segment. */
async function createSegment(store: ObjectStore, name: string, bytes: Buffer): Promise<void> {
  try {
    await store.write(name, bytes, { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    if (!(await store.read(name, { maxBytes: Infinity })).equals(bytes)) throw error;
  }
}

function headOf(event: Pick<AnyEvent, 'run_id' | 'writer' | 'seq' | 'hash'>): ChainHead {
  return { run_id: event.run_id, writer: event.writer, seq: event.seq, hash: event.hash };
}
