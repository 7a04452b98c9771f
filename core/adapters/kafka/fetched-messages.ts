/**
 * Messages of what a broker answered, for a reader of committed messages: markers of transactions are no messages, and messages of a transaction that
 * was given up are passed over, also where its marker has not been read yet. Pure.
 */
import type { TopicPartition } from '../../ports/message-log.ts';
import { MessageRun, NO_MESSAGES } from '../../ports/message-run.ts';
import type { AnswerMemory } from './answer-memory.ts';
import { addPlaces, isAbortMarker, readHeaders, readRecordSet, type RecordBatch } from './record-set.ts';

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  /** null where nothing came. */
  readonly recordSet: Buffer | null;
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

export interface FetchedMessages {
  readonly messages: MessageRun;
  /** Where to read on; the same as before where nothing came. */
  readonly next: bigint;
}

/** STREAM_STATE where the answer cannot be read. */
export function fetchedMessages(place: TopicPartition, fetched: FetchedPartition, from: bigint, memory: AnswerMemory): FetchedMessages {
  const { recordSet } = fetched;
  if (recordSet === null) return { messages: NO_MESSAGES, next: from };
  const aborted = [...(fetched.abortedTransactions ?? [])].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const abortedProducers = new Set<bigint>();
  const good: RecordBatch[] = [];
  let next = from;
  for (const batch of readRecordSet(recordSet)) {
    while (aborted[0] !== undefined && aborted[0].firstOffset <= batch.lastOffset) abortedProducers.add(aborted.shift()?.producerId ?? -1n);
    if (batch.lastOffset >= next) next = batch.lastOffset + 1n;
    if (batch.isControl) {
      if (isAbortMarker(batch)) abortedProducers.delete(batch.producerId);
    } else if (!batch.isTransactional || !abortedProducers.has(batch.producerId)) {
      good.push(batch);
    }
  }
  return { messages: runOf({ place, recordSet, batches: good, from, memory }), next };
}

interface Run {
  readonly place: TopicPartition;
  readonly recordSet: Buffer;
  readonly batches: readonly RecordBatch[];
  readonly from: bigint;
  readonly memory: AnswerMemory;
}

function runOf({ place, recordSet, batches, from, memory }: Run): MessageRun {
  // Records that came as they are stay where they are; if any were compressed, all of them are put together.
  const isOnePiece = batches.every(({ recordsAt }) => recordsAt !== null);
  const bytes = isOnePiece ? recordSet : memory.bytes(sumOf(batches.map(({ records }) => records.length)));
  const places = memory.places(bytes, sumOf(batches.map(({ count }) => count)));
  let length = 0;
  let end = 0;
  for (const batch of batches) {
    const at = isOnePiece ? (batch.recordsAt ?? 0) : end;
    if (!isOnePiece) end += batch.records.copy(bytes, end);
    length = addPlaces(places, length, batch, at, Number(from));
  }
  if (!isOnePiece) memory.giveBack(recordSet);
  if (length > 0) return new MessageRun({ place, bytes, places, length, headersOf: readHeaders });
  memory.giveBack(bytes);
  return NO_MESSAGES;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
