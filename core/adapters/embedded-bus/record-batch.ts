/**
 * One batch of messages as it lies in a segment: what a group commit appends, valid as a whole or not at all.
 *   magic u32 | body bytes u32 | crc32 of the rest u32 | first offset u64 | messages u32 | then each message
 *   message: timestamp f64 | key bytes i32 (-1: none) | key | value bytes i32 (-1: none) | value | headers u16 | (name bytes u16, name, value bytes u32, value)...
 * Numbers are little-endian.
 */
import { crc32 } from 'node:zlib';
import { MarketsError } from '../../errors/markets-error.ts';
import type { NewLogMessage } from '../../ports/message-log.ts';
import type { Headers, MessagePlaces } from '../../ports/message-run.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, MESSAGE_BYTES_MAX } from './limits.ts';

export const MAGIC = 0x3153554d;
export const BATCH_HEADER_BYTES = 24;
/** The crc covers what follows it. */
const CRC_END = 12;

export interface TimedMessage extends NewLogMessage {
  readonly timestampMs: number;
}

/** What a message takes in a batch. */
export function messageBytes(message: NewLogMessage): number {
  let bytes = 8 + 4 + (message.key?.length ?? 0) + 4 + (message.value?.length ?? 0) + 2;
  for (const [name, value] of message.headers ?? []) bytes += 2 + Buffer.byteLength(name) + 4 + value.length;
  return bytes;
}

/** STREAM_STATE for a message that no reader would accept. */
export function checkMessageSize(message: NewLogMessage): number {
  const bytes = messageBytes(message);
  if (bytes <= MESSAGE_BYTES_MAX) return bytes;
  throw new MarketsError('STREAM_STATE', `A message of ${message.topic} is too large.`, {
    expected: `at most ${MESSAGE_BYTES_MAX} bytes with key and headers`,
    found: `${bytes} bytes`,
  });
}

/** Where the next batch of `messages` from `begin` on ends: bounded in number and bytes, one message at least. */
export function batchEnd(messages: readonly NewLogMessage[], begin: number): number {
  let bytes = 0;
  let end = begin;
  while (end < messages.length && end - begin < BATCH_RECORDS_MAX && (end === begin || bytes < BATCH_BYTES_MAX)) {
    const message = messages[end];
    if (message === undefined) break;
    bytes += messageBytes(message);
    end++;
  }
  return end;
}

export function encodeBatch(messages: readonly TimedMessage[], firstOffset: bigint): Buffer {
  let body = 0;
  for (const message of messages) body += messageBytes(message);
  const buffer = Buffer.allocUnsafe(BATCH_HEADER_BYTES + body);
  buffer.writeUInt32LE(MAGIC, 0);
  buffer.writeUInt32LE(body, 4);
  buffer.writeBigUInt64LE(firstOffset, CRC_END);
  buffer.writeUInt32LE(messages.length, CRC_END + 8);
  let at = BATCH_HEADER_BYTES;
  for (const message of messages) at = encodeMessage(buffer, at, message);
  buffer.writeUInt32LE(crc32(buffer.subarray(CRC_END)), 8);
  return buffer;
}

function encodeMessage(buffer: Buffer, begin: number, message: TimedMessage): number {
  let at = buffer.writeDoubleLE(message.timestampMs, begin);
  at = writeBytes(buffer, at, message.key ?? null);
  at = writeBytes(buffer, at, message.value);
  const headers = message.headers ?? [];
  at = buffer.writeUInt16LE(headers.length, at);
  for (const [name, value] of headers) {
    at = buffer.writeUInt16LE(Buffer.byteLength(name), at);
    at += buffer.write(name, at);
    at = writeBytes(buffer, at, value);
  }
  return at;
}

function writeBytes(buffer: Buffer, begin: number, bytes: Uint8Array | null): number {
  const at = buffer.writeInt32LE(bytes === null ? -1 : bytes.length, begin);
  if (bytes === null) return at;
  buffer.set(bytes, at);
  return at + bytes.length;
}

export interface BatchHeader {
  readonly bytes: number;
  readonly firstOffset: bigint;
  readonly count: number;
}

/** Of the batch at `at`; null where there are too few bytes for a header, or none begins there. */
export function readBatchHeader(buffer: Buffer, at: number): BatchHeader | null {
  if (at + BATCH_HEADER_BYTES > buffer.length || buffer.readUInt32LE(at) !== MAGIC) return null;
  return {
    bytes: BATCH_HEADER_BYTES + buffer.readUInt32LE(at + 4),
    firstOffset: buffer.readBigUInt64LE(at + CRC_END),
    count: buffer.readUInt32LE(at + CRC_END + 8),
  };
}

/** Whether the batch at `at` is there whole and as it was written. */
export function isWholeBatch(buffer: Buffer, at: number, header: BatchHeader): boolean {
  const end = at + header.bytes;
  return end <= buffer.length && crc32(buffer.subarray(at + CRC_END, end)) === buffer.readUInt32LE(at + 8);
}

/** Writes where the messages of a whole batch from the offset `from` on stand, behind the first `length`. Gives the new length. */
export function addPlaces(places: MessagePlaces, length: number, buffer: Buffer, at: number, header: BatchHeader, from: number): number {
  const { offsets, timestampsMs, keyFrom, keyTo, valueFrom, valueTo, headersAt } = places;
  const cursor = { at: at + BATCH_HEADER_BYTES };
  const firstOffset = Number(header.firstOffset);
  let next = length;
  for (let index = 0; index < header.count; index += 1) {
    offsets[next] = firstOffset + index;
    timestampsMs[next] = buffer.readDoubleLE(cursor.at);
    cursor.at += 8;
    keyFrom[next] = passBytes(buffer, cursor);
    keyTo[next] = keyFrom[next] === -1 ? -1 : cursor.at;
    valueFrom[next] = passBytes(buffer, cursor);
    valueTo[next] = valueFrom[next] === -1 ? -1 : cursor.at;
    headersAt[next] = cursor.at;
    passHeaders(buffer, cursor);
    if (firstOffset + index >= from) next += 1;
  }
  return next;
}

/** Where the bytes behind their length begin; -1 for none. */
function passBytes(buffer: Buffer, cursor: { at: number }): number {
  const length = buffer.readInt32LE(cursor.at);
  cursor.at += 4;
  if (length < 0) return -1;
  cursor.at += length;
  return cursor.at - length;
}

function passHeaders(buffer: Buffer, cursor: { at: number }): void {
  const count = buffer.readUInt16LE(cursor.at);
  cursor.at += 2;
  for (let index = 0; index < count; index += 1) {
    cursor.at += 2 + buffer.readUInt16LE(cursor.at);
    passBytes(buffer, cursor);
  }
}

/** Copies of the headers that begin at `at`. */
export function readHeaders(buffer: Buffer, at: number): Headers {
  const cursor = { at: at + 2 };
  return Array.from({ length: buffer.readUInt16LE(at) }, () => {
    const begin = cursor.at + 2;
    cursor.at = begin + buffer.readUInt16LE(cursor.at);
    const name = buffer.toString('utf8', begin, cursor.at);
    const from = passBytes(buffer, cursor);
    return [name, from < 0 ? NO_BYTES : Buffer.from(buffer.subarray(from, cursor.at))] as const;
  });
}

const NO_BYTES = new Uint8Array(0);
