/**
 * Where the messages of a partition lie: <folder>/<topic>/<partition 5 digits>/<first offset 20 digits>.segment, and what a crash left at the end
 * of the newest of them.
 */
import { existsSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketsError } from '../../errors/markets-error.ts';
import type { TopicPartition } from '../../ports/message-log.ts';
import { BATCH_HEADER_BYTES, isWholeBatch, MAGIC, readBatchHeader } from './record-batch.ts';
import { MESSAGE_BYTES_MAX, BATCH_BYTES_MAX, READ_BYTES } from './limits.ts';

const SUFFIX = '.segment';
const NAME = /^[0-9]{20}\.segment$/;
const TOPIC = /^(?!\.{1,2}$)[A-Za-z0-9._~+%-]{1,255}$/;
/** More than a batch can be: one message of the largest size behind a batch that was nearly full. */
const BATCH_WHOLE_MAX = BATCH_HEADER_BYTES + BATCH_BYTES_MAX + MESSAGE_BYTES_MAX;

/** STREAM_TOPIC_MISSING for a name that no topic can have: it is never part of a path. */
export function checkTopicName(topic: string): void {
  if (TOPIC.test(topic)) return;
  throw new MarketsError('STREAM_TOPIC_MISSING', 'There is no topic of this name.', {
    expected: 'letters, digits and . _ ~ + % -, at most 255',
    found: JSON.stringify(topic.slice(0, 300)),
  });
}

export function partitionFolder(folder: string, { topic, partition }: TopicPartition): string {
  checkTopicName(topic);
  return join(folder, topic, String(partition).padStart(5, '0'));
}

export function makePartitionFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

export function segmentName(firstOffset: bigint): string {
  return `${firstOffset.toString().padStart(20, '0')}${SUFFIX}`;
}

/** First offsets of the segments, ascending. */
export function listSegments(folder: string): readonly bigint[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => NAME.test(name));
  return names.sort().map((name) => BigInt(name.slice(0, -SUFFIX.length)));
}

export interface SegmentEnd {
  /** Bytes of whole batches. */
  readonly bytes: number;
  readonly nextOffset: bigint;
}

/**
 * Walks whole batches from `from` on. What lies behind the last one was never acknowledged, a write that was cut off. Where a whole batch follows
 * it, something else damaged the segment: STREAM_STATE, and nothing is cut.
 */
export async function findSegmentEnd(file: FileHandle, from: SegmentEnd, name: string): Promise<SegmentEnd> {
  let end = from;
  for (;;) {
    const { size }: Stats = await file.stat();
    if (size <= end.bytes) return end;
    const chunk = await readAt(file, end.bytes, Math.min(size - end.bytes, READ_BYTES));
    const header = readBatchHeader(chunk, 0);
    const isCut = header === null || header.bytes > BATCH_WHOLE_MAX || end.bytes + header.bytes > size;
    if (isCut) return await cutEnd(file, end, size, name);
    const whole = header.bytes <= chunk.length ? chunk : await readAt(file, end.bytes, header.bytes);
    const walked = walk(whole, end);
    if (walked.bytes === end.bytes) return await cutEnd(file, end, size, name);
    end = walked;
  }
}

function walk(chunk: Buffer, from: SegmentEnd): SegmentEnd {
  let at = 0;
  let nextOffset = from.nextOffset;
  for (;;) {
    const header = readBatchHeader(chunk, at);
    if (header?.firstOffset !== nextOffset || !isWholeBatch(chunk, at, header)) return { bytes: from.bytes + at, nextOffset };
    at += header.bytes;
    nextOffset += BigInt(header.count);
  }
}

async function cutEnd(file: FileHandle, end: SegmentEnd, size: number, name: string): Promise<SegmentEnd> {
  await refuseDamage(file, end.bytes, size, name);
  return end;
}

/** STREAM_STATE where a whole batch lies behind bytes that are none. */
export async function refuseDamage(file: FileHandle, from: number, size: number, name: string): Promise<void> {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(MAGIC);
  for (let begin = from; begin < size; begin += READ_BYTES) {
    const chunk = await readAt(file, begin, Math.min(size - begin, READ_BYTES + BATCH_WHOLE_MAX));
    for (let at = chunk.indexOf(magic, begin === from ? 1 : 0); at >= 0 && at < READ_BYTES; at = chunk.indexOf(magic, at + 1)) {
      const header = readBatchHeader(chunk, at);
      if (header !== null && isWholeBatch(chunk, at, header)) throw damaged(name, from);
    }
  }
}

function damaged(name: string, at: number): MarketsError {
  return new MarketsError('STREAM_STATE', 'A segment of the embedded bus is damaged.', {
    expected: 'whole batches up to its end',
    found: `other bytes at ${at} of ${name}, with whole batches behind them`,
    next: 'Bring the file back from a copy, or remove the folder of the bus and begin again.',
  });
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
