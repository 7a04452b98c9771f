/**
 * The records of an answer as the brokers keep them: batches with a head, and records in numbers of varying length behind it (Kafka's record format 2). The
 * client would make some ten objects of each record; here it is its places in the bytes (docs/decisions, 0077). Pure.
 * Errors: STREAM_STATE for bytes that are none.
 */
import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import { MarketsError } from '../../errors/markets-error.ts';
import type { Headers, MessagePlaces } from '../../ports/message-run.ts';

/** Bits of a batch's attributes. */
const COMPRESSION = 0b111;
const IS_CONTROL = 1 << 5;
const IS_TRANSACTIONAL = 1 << 4;
/** The broker's clock: one time for the whole batch. */
const IS_APPEND_TIME = 1 << 3;

/** Places in the head of a batch. What LENGTH counts begins behind it. */
const LENGTH_AT = 8;
const LENGTH_END = 12;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;
const RECORDS_AT = 61;
const MAGIC = 2;
/** A record is no smaller: its length, attributes, two deltas, two lengths and a number of headers. */
const RECORD_BYTES_MIN = 7;

/** Of a marker's key: version i16, then 0 for a transaction that was given up and 1 for one that was committed. */
const MARKER_TYPE_AT = 2;
const MARKER_ABORT = 0;

export interface RecordBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  /** A marker of a transaction, which is no message. */
  readonly isControl: boolean;
  readonly isTransactional: boolean;
  /** null: every record has its own, relative to the first one. */
  readonly appendTimestampMs: number | null;
  readonly firstTimestampMs: number;
  readonly count: number;
  /** Its records, not compressed. */
  readonly records: Buffer;
  /** Where they stand in the record set; null where they were compressed. */
  readonly recordsAt: number | null;
}

/** The whole batches. A broker cuts off what goes beyond the size that was asked for. */
export function readRecordSet(bytes: Buffer): readonly RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + LENGTH_END <= bytes.length;) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) break;
    if (end < at + RECORDS_AT) throw broken('a head of a batch', `${end - at} bytes`);
    batches.push(readBatch(bytes.subarray(at, end), at));
    at = end;
  }
  return batches;
}

function readBatch(bytes: Buffer, at: number): RecordBatch {
  const magic = bytes.readInt8(MAGIC_AT);
  if (magic !== MAGIC) throw broken(`records of format ${MAGIC}`, `format ${magic}`);
  const attributes = bytes.readInt16BE(ATTRIBUTES_AT);
  const firstOffset = bytes.readBigInt64BE(0);
  const lastOffset = firstOffset + BigInt(bytes.readInt32BE(LAST_OFFSET_DELTA_AT));
  if (firstOffset < 0n || lastOffset > Number.MAX_SAFE_INTEGER) throw broken('offsets below 2^53', `${firstOffset} to ${lastOffset}`);
  const count = bytes.readInt32BE(COUNT_AT);
  const records = decompressed(bytes.subarray(RECORDS_AT), attributes & COMPRESSION);
  if (count < 0 || count * RECORD_BYTES_MIN > records.length) throw broken(`${count} records`, `${records.length} bytes`);
  return {
    firstOffset,
    lastOffset,
    producerId: bytes.readBigInt64BE(PRODUCER_ID_AT),
    isControl: (attributes & IS_CONTROL) !== 0,
    isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
    appendTimestampMs: (attributes & IS_APPEND_TIME) === 0 ? null : Number(bytes.readBigInt64BE(MAX_TIMESTAMP_AT)),
    firstTimestampMs: Number(bytes.readBigInt64BE(FIRST_TIMESTAMP_AT)),
    count,
    records,
    recordsAt: (attributes & COMPRESSION) === 0 ? at + RECORDS_AT : null,
  };
}

function decompressed(records: Buffer, compression: number): Buffer {
  if (compression === 0) return records;
  const algorithm = compressionsAlgorithmsByBitmask[compression];
  if (algorithm === undefined) throw broken('a compression of Kafka', `compression ${compression}`);
  return algorithm.decompressSync(records);
}

/** Whether the batch is the marker of a transaction that was given up. */
export function isAbortMarker({ isControl, records, count }: RecordBatch): boolean {
  if (!isControl || count === 0) return false;
  const cursor = new Cursor(records);
  cursor.length();
  cursor.at += 1;
  cursor.long();
  cursor.int();
  const length = cursor.int();
  return (
    length >= MARKER_TYPE_AT + 2 && cursor.at + length <= records.length && records.readInt16BE(cursor.at + MARKER_TYPE_AT) === MARKER_ABORT
  );
}

/** Writes where the batch's messages from the offset `from` on stand, behind the first `length`; `base` is added to places in its records. Gives the new length. */
export function addPlaces(places: MessagePlaces, length: number, batch: RecordBatch, base: number, from: number): number {
  const { offsets, timestampsMs, keyFrom, keyTo, valueFrom, valueTo, headersAt } = places;
  const { records, count, appendTimestampMs, firstTimestampMs } = batch;
  const firstOffset = Number(batch.firstOffset);
  const cursor = new Cursor(records);
  let next = length;
  for (let index = 0; index < count; index += 1) {
    const end = cursor.length();
    // Attributes, which mean nothing.
    cursor.at += 1;
    const timestampMs = firstTimestampMs + cursor.long();
    const offset = firstOffset + cursor.int();
    // A broker answers with whole batches: what lies before the position was read already.
    if (offset < from) {
      cursor.at = end;
      continue;
    }
    offsets[next] = offset;
    timestampsMs[next] = appendTimestampMs ?? timestampMs;
    const key = cursor.part(end);
    keyFrom[next] = key < 0 ? -1 : base + key;
    keyTo[next] = key < 0 ? -1 : base + cursor.at;
    const value = cursor.part(end);
    valueFrom[next] = value < 0 ? -1 : base + value;
    valueTo[next] = value < 0 ? -1 : base + cursor.at;
    if (cursor.at >= end) throw broken('a number of headers', 'the end of a record');
    headersAt[next] = records[cursor.at] === 0 ? -1 : base + cursor.at;
    cursor.at = end;
    next += 1;
  }
  return next;
}

/** Copies of the headers that begin at `at`. Names are UTF-8. */
export function readHeaders(bytes: Buffer, at: number): Headers {
  const cursor = new Cursor(bytes);
  cursor.at = at;
  const part = (): Buffer => {
    const from = cursor.part(bytes.length);
    return from < 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(from, cursor.at));
  };
  const count = cursor.int();
  if (count < 0 || count > bytes.length - at) throw broken('a number of headers', String(count));
  return Array.from({ length: count }, () => [part().toString('utf8'), part()] as const);
}

/** Reads numbers of varying length: seven bits a byte, the lowest first, the sign in the lowest bit. */
class Cursor {
  at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The length of a record; gives where it ends. */
  length(): number {
    const length = this.int();
    const end = this.at + length;
    if (length < RECORD_BYTES_MIN - 1 || end > this.bytes.length)
      throw broken('a record', `${length} bytes where there are ${this.bytes.length - this.at}`);
    return end;
  }

  /** Passes over a key, value or part of a header, which must end before `end`; gives where it begins, -1 for none. */
  part(end: number): number {
    const length = this.int();
    if (length < -1 || this.at + length > end) throw broken('a part of a record', `${length} bytes where there are ${end - this.at}`);
    if (length < 0) return -1;
    this.at += length;
    return this.at - length;
  }

  /** Of 32 bits. */
  int(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw broken('a number of 32 bits', 'a longer one');
      byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
    }
    this.at = at;
    return (value >>> 1) ^ -(value & 1);
  }

  /** Of 64 bits, of which 53 are allowed. */
  long(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++] as number;
    let value = byte & 0x7f;
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      byte = bytes[at++] as number;
      value += (byte & 0x7f) * unit;
      if (value > Number.MAX_SAFE_INTEGER) throw broken('a number below 2^53', 'a larger one');
    }
    this.at = at;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function broken(expected: string, found: string): MarketsError {
  return new MarketsError('STREAM_STATE', 'The brokers answered with records that cannot be read.', {
    expected,
    found,
    next: "Look at the topic's log with Kafka's own kafka-dump-log; it is asked for again.",
  });
}
