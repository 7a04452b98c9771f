/** Reads one partition from an offset on, without any lock: only whole batches count, and what is acknowledged is one. */
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketsError } from '../../errors/markets-error.ts';
import type { TopicPartition } from '../../ports/message-log.ts';
import { messagePlaces, MessageRun, NO_MESSAGES } from '../../ports/message-run.ts';
import { READ_BYTES } from './limits.ts';
import { addPlaces, isWholeBatch, readBatchHeader, readHeaders, type BatchHeader } from './record-batch.ts';
import { findSegmentEnd, listSegments, partitionFolder, readAt, refuseDamage, segmentName } from './segment-files.ts';

/** How often a reader at the end looks for a new segment, and bytes that are no batch are looked at for damage. */
const LOOK_EVERY_MS = 100;

export class PartitionReader {
  private readonly folder: string;
  private readonly place: TopicPartition;
  /** Messages below it are passed over. */
  private readonly from: bigint;
  private file: FileHandle | undefined;
  private first = 0n;
  private at = 0;
  private nextOffset: bigint;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkStart = 0;
  private lookedAtMs = -Infinity;

  constructor(folder: string, place: TopicPartition, from: bigint) {
    this.folder = partitionFolder(folder, place);
    this.place = place;
    this.from = from;
    this.nextOffset = from;
  }

  /** Whole batches of up to about `max` messages, what one read has; none where nothing is there yet. STREAM_STATE for a damaged segment. */
  async read(max: number): Promise<MessageRun> {
    if (this.file === undefined && !(await this.openFor(this.nextOffset))) return NO_MESSAGES;
    for (;;) {
      const begin = this.at;
      const messages = this.takeBatches(max);
      if (messages.length > 0) return messages;
      if (this.at > begin) continue;
      if (!(await this.fill()) && !(await this.openNext())) return NO_MESSAGES;
    }
  }

  /** The offset of the next message that `read` gives. */
  position(): bigint {
    return this.nextOffset > this.from ? this.nextOffset : this.from;
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = undefined;
    await file?.close();
  }

  /** Of the chunk; passes over what lies before the position. */
  private takeBatches(max: number): MessageRun {
    const batches: { readonly at: number; readonly header: BatchHeader }[] = [];
    let count = 0;
    while (count < max) {
      const at = this.at - this.chunkStart;
      const header = readBatchHeader(this.chunk, at);
      if (header === null || !isWholeBatch(this.chunk, at, header)) break;
      this.at += header.bytes;
      this.nextOffset = header.firstOffset + BigInt(header.count);
      if (this.nextOffset <= this.from) continue;
      batches.push({ at, header });
      count += header.count;
    }
    const { chunk: bytes, place } = this;
    const places = messagePlaces(count);
    let length = 0;
    for (const { at, header } of batches) length = addPlaces(places, length, bytes, at, header, Number(this.from));
    return length === 0 ? NO_MESSAGES : new MessageRun({ place, bytes, places, length, headersOf: readHeaders });
  }

  /** Reads on from the position; false where no whole batch has come. */
  private async fill(): Promise<boolean> {
    const file = this.file;
    if (file === undefined) return false;
    const available = (await file.stat()).size - this.at;
    if (available <= 0) return false;
    let chunk = await readAt(file, this.at, Math.min(available, READ_BYTES));
    const header = readBatchHeader(chunk, 0);
    if (header !== null && header.bytes > chunk.length && header.bytes <= available) chunk = await readAt(file, this.at, header.bytes);
    this.chunk = chunk;
    this.chunkStart = this.at;
    return header !== null && isWholeBatch(chunk, 0, header);
  }

  /** From the end of a segment to the next; false while there is none. A removed one is stepped over. */
  private async openNext(): Promise<boolean> {
    const nowMs = performance.now();
    if (nowMs - this.lookedAtMs < LOOK_EVERY_MS) return false;
    this.lookedAtMs = nowMs;
    const next = listSegments(this.folder).find((first) => first > this.first);
    const file = this.file;
    if (file !== undefined) {
      // The newer segment was seen first: this one does not grow any more. What was written since the last look comes before it.
      if (await this.fill()) return true;
      const { size } = await file.stat();
      if (size > this.at && next === undefined) {
        try {
          await refuseDamage(file, this.at, size, segmentName(this.first));
        } catch (error) {
          // A writer may have come between the two looks: then there is a batch by now.
          if (await this.fill()) return true;
          throw error;
        }
      }
      if (size > this.at && next !== undefined) throw this.damaged();
    }
    return next !== undefined && (await this.openFor(next));
  }

  private async openFor(offset: bigint): Promise<boolean> {
    const firsts = listSegments(this.folder);
    const first = firsts.findLast((each) => each <= offset) ?? firsts[0];
    if (first === undefined) return false;
    await this.close();
    try {
      this.file = await open(join(this.folder, segmentName(first)), 'r');
    } catch (error) {
      // Removed by retention since the list was made: the next look finds the one behind it.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
    this.first = first;
    this.at = 0;
    this.nextOffset = first;
    this.chunk = Buffer.alloc(0);
    this.chunkStart = 0;
    return true;
  }

  private damaged(): MarketsError {
    return new MarketsError('STREAM_STATE', 'A closed segment of the embedded bus is damaged.', {
      expected: 'whole batches up to its end',
      found: `other bytes at ${this.at} of ${segmentName(this.first)} of ${this.place.topic}`,
      next: 'Bring the file back from a copy, or remove the folder of the bus and begin again.',
    });
  }
}

/** The offset that the next message of the partition will get, and the first that is still there. */
export async function partitionBounds(folder: string, place: TopicPartition): Promise<{ readonly begin: bigint; readonly end: bigint }> {
  const segments = partitionFolder(folder, place);
  const firsts = listSegments(segments);
  const newest = firsts.at(-1);
  if (newest === undefined) return { begin: 0n, end: 0n };
  const name = segmentName(newest);
  const file = await open(join(segments, name), 'r');
  try {
    const { nextOffset } = await findSegmentEnd(file, { bytes: 0, nextOffset: newest }, name);
    return { begin: firsts[0] ?? newest, end: nextOffset };
  } finally {
    await file.close();
  }
}
