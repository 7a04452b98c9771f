/**
 * Messages of what a broker answered, for a reader of committed messages: markers of transactions are no messages, and messages of a transaction that
 * was given up are passed over, also where its marker has not been read yet. Pure.
 */
import type { RecordsBatch } from '@platformatic/kafka';
import type { LogMessage, TopicPartition } from '../../ports/message-log.ts';

const IS_CONTROL = 1 << 5;
const IS_TRANSACTIONAL = 1 << 4;
/** The broker's clock: one time for the whole batch. */
const IS_APPEND_TIME = 1 << 3;
/** Of a marker's key: version i16, then 0 for a transaction that was given up and 1 for one that was committed. */
const MARKER_TYPE_AT = 2;
const MARKER_ABORT = 0;

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  readonly records?: readonly RecordsBatch[] | null;
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

export interface FetchedMessages {
  readonly messages: LogMessage[];
  /** Where to read on; the same as before where nothing came. */
  readonly next: bigint;
}

export function fetchedMessages(place: TopicPartition, fetched: FetchedPartition, from: bigint): FetchedMessages {
  const aborted = [...(fetched.abortedTransactions ?? [])].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const abortedProducers = new Set<bigint>();
  const messages: LogMessage[] = [];
  let next = from;
  for (const batch of fetched.records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (aborted[0] !== undefined && aborted[0].firstOffset <= last) abortedProducers.add(aborted.shift()?.producerId ?? -1n);
    if (last >= next) next = last + 1n;
    if ((batch.attributes & IS_CONTROL) !== 0) {
      if (isAbortMarker(batch)) abortedProducers.delete(batch.producerId);
    } else if ((batch.attributes & IS_TRANSACTIONAL) === 0 || !abortedProducers.has(batch.producerId)) {
      addMessages(messages, place, batch, from);
    }
  }
  return { messages, next };
}

function isAbortMarker({ records }: RecordsBatch): boolean {
  const key = records[0]?.key;
  return key !== null && key !== undefined && key.length >= 4 && key.readInt16BE(MARKER_TYPE_AT) === MARKER_ABORT;
}

function addMessages(messages: LogMessage[], { topic, partition }: TopicPartition, batch: RecordsBatch, from: bigint): void {
  const isAppendTime = (batch.attributes & IS_APPEND_TIME) !== 0;
  const appendMs = Number(batch.maxTimestamp);
  const firstMs = Number(batch.firstTimestamp);
  for (const record of batch.records) {
    const offset = batch.firstOffset + BigInt(record.offsetDelta);
    // A broker answers with whole batches: what lies before the position was read already.
    if (offset < from) continue;
    messages.push({
      topic,
      partition,
      offset,
      timestampMs: isAppendTime ? appendMs : firstMs + Number(record.timestampDelta),
      key: record.key,
      value: record.value,
      headers: record.headers.length === 0 ? NO_HEADERS : record.headers.map(([name, value]) => [nameOf(name), value ?? NO_BYTES] as const),
    });
  }
}

const NO_HEADERS: LogMessage['headers'] = [];
const NO_BYTES = new Uint8Array(0);

function nameOf(name: Buffer | null): string {
  return name === null ? '' : name.toString('utf8');
}
