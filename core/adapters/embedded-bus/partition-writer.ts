/**
 * Appends to one partition for this process. What is sent while a write is under way goes with the next one: one sync for all of it. Offsets are
 * given under the write lock, from the end that is really there, so that any number of processes may append.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketsError } from '../../errors/markets-error.ts';
import { COMMIT_BYTES_MAX, QUEUED_BYTES_MAX, SEGMENT_BYTES_MAX, WRITE_AT_ONCE_BYTES_MAX, type EmbeddedBusTimes } from './limits.ts';
import { batchEnd, checkMessageSize, encodeBatch, type TimedMessage } from './record-batch.ts';
import { findSegmentEnd, listSegments, makePartitionFolder, segmentName, syncFolder, type SegmentEnd } from './segment-files.ts';
import { openWriteLock, type WriteLock } from './write-lock.ts';

interface Waiting {
  readonly messages: readonly TimedMessage[];
  readonly bytes: number;
  readonly done: (firstOffset: bigint) => void;
  readonly failed: (error: unknown) => void;
}

interface OpenSegment {
  readonly first: bigint;
  readonly file: FileHandle;
  end: SegmentEnd;
}

export interface WriterRules {
  readonly times: Pick<EmbeddedBusTimes, 'retentionMs' | 'retentionBytes'>;
  readonly segmentBytesMax?: number;
  /** The lowest offset that a group still has to read; undefined where no group reads the partition. */
  readonly lowestRead: () => bigint | undefined;
  readonly nowMs: () => number;
}

export class PartitionWriter {
  private readonly folder: string;
  private readonly rules: WriterRules;
  private readonly lock: WriteLock;
  private readonly queue: Waiting[] = [];
  private queuedBytes = 0;
  private segment: OpenSegment | undefined;
  private turn: Promise<void> = Promise.resolve();
  private work: Promise<void> | undefined;
  private readonly room: (() => void)[] = [];
  private failures = 0;

  constructor(folder: string, rules: WriterRules) {
    makePartitionFolder(folder);
    this.folder = folder;
    this.rules = rules;
    this.lock = openWriteLock(join(folder, 'write.lock'));
  }

  /** Resolves with the offset of the first message when all are durable. STREAM_UNAVAILABLE: they may be there all the same. */
  async append(messages: readonly TimedMessage[]): Promise<bigint> {
    let bytes = 0;
    for (const message of messages) bytes += checkMessageSize(message);
    const before = this.turn;
    const failures = this.failures;
    let next: () => void = () => undefined;
    this.turn = new Promise((resolve) => {
      next = resolve;
    });
    await before;
    while (this.queuedBytes > QUEUED_BYTES_MAX) await new Promise<void>((resolve) => this.room.push(resolve));
    next();
    // What was sent behind a write that failed fails with it: order is kept for a sender that begins again.
    if (failures !== this.failures) throw writeFault(undefined, this.folder);
    const result = new Promise<bigint>((done, failed) => this.queue.push({ messages, bytes, done, failed }));
    this.queuedBytes += bytes;
    this.work ??= this.drain();
    return await result;
  }

  async close(): Promise<void> {
    await this.turn;
    await this.work;
    await this.segment?.file.close();
    this.segment = undefined;
    this.lock.close();
  }

  private async drain(): Promise<void> {
    await Promise.resolve();
    while (this.queue.length > 0) {
      let taken = this.take();
      try {
        const first = await this.lock.hold(async () => await this.write(taken));
        let offset = first;
        for (const { messages, done } of taken) {
          done(offset);
          offset += BigInt(messages.length);
        }
      } catch (error) {
        await this.forgetSegment();
        const fault = writeFault(error, this.folder);
        this.failures++;
        taken = [...taken, ...this.queue.splice(0)];
        for (const { failed } of taken) failed(fault);
      }
      for (const { bytes } of taken) this.queuedBytes -= bytes;
      for (const wake of this.room.splice(0)) wake();
    }
    this.work = undefined;
  }

  private take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.queue) {
      if (count > 0 && bytes + waiting.bytes > COMMIT_BYTES_MAX) break;
      bytes += waiting.bytes;
      count++;
    }
    return this.queue.splice(0, count);
  }

  private async write(taken: readonly Waiting[]): Promise<bigint> {
    const segment = await this.newestSegment();
    const first = segment.end.nextOffset;
    const messages = taken.flatMap((waiting) => waiting.messages);
    const batches: Buffer[] = [];
    let nextOffset = first;
    for (let begin = 0; begin < messages.length;) {
      const end = batchEnd(messages, begin);
      batches.push(encodeBatch(messages.slice(begin, end), nextOffset));
      nextOffset += BigInt(end - begin);
      begin = end;
    }
    const bytes = Buffer.concat(batches);
    await writeWhole(segment.file, bytes, segment.end.bytes);
    await segment.file.datasync();
    segment.end = { bytes: segment.end.bytes + bytes.length, nextOffset };
    return first;
  }

  /** The segment to append to, cut to its last whole batch; a new one where it is full. Under the lock. */
  private async newestSegment(): Promise<OpenSegment> {
    const firsts = listSegments(this.folder);
    const newest = firsts.at(-1);
    if (newest === undefined) return await this.beginSegment(0n);
    const segment = this.segment?.first === newest ? this.segment : await this.openSegment(newest);
    // At once: to hand so small a question to another thread takes many times as long.
    const { size } = fstatSync(segment.file.fd);
    if (size !== segment.end.bytes) {
      segment.end = await findSegmentEnd(segment.file, segment.end, segmentName(newest));
      await segment.file.truncate(segment.end.bytes);
    }
    if (segment.end.bytes < (this.rules.segmentBytesMax ?? SEGMENT_BYTES_MAX)) return segment;
    const begun = await this.beginSegment(segment.end.nextOffset);
    await this.removeOld([...firsts, begun.first]);
    return begun;
  }

  private async openSegment(first: bigint): Promise<OpenSegment> {
    await this.forgetSegment();
    const file = await open(join(this.folder, segmentName(first)), 'r+');
    this.segment = { first, file, end: { bytes: 0, nextOffset: first } };
    return this.segment;
  }

  private async beginSegment(first: bigint): Promise<OpenSegment> {
    await this.forgetSegment();
    const file = await open(join(this.folder, segmentName(first)), 'wx+');
    await syncFolder(this.folder);
    this.segment = { first, file, end: { bytes: 0, nextOffset: first } };
    return this.segment;
  }

  private async forgetSegment(): Promise<void> {
    const file = this.segment?.file;
    this.segment = undefined;
    await file?.close().catch(() => undefined);
  }

  /** Closed segments past their time go; those above the size too, where every group is through. Readers that come later begin behind them. */
  private async removeOld(firsts: readonly bigint[]): Promise<void> {
    const { times, lowestRead, nowMs } = this.rules;
    const stats = firsts.map((first) => statSync(join(this.folder, segmentName(first))));
    let total = stats.reduce((sum, { size }) => sum + size, 0);
    for (const [index, first] of firsts.slice(0, -1).entries()) {
      const stat = stats[index];
      const behind = firsts[index + 1];
      if (stat === undefined || behind === undefined) return;
      const lowest = lowestRead();
      const isRead = lowest === undefined || lowest >= behind;
      if (nowMs() - stat.mtimeMs <= times.retentionMs && (total <= times.retentionBytes || !isRead)) return;
      await unlink(join(this.folder, segmentName(first)));
      total -= stat.size;
    }
  }
}

/** Little is copied to the system at once; much by another thread. It is durable with the sync that follows. */
async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  const isLittle = bytes.length <= WRITE_AT_ONCE_BYTES_MAX;
  for (let written = 0; written < bytes.length;) {
    const rest = bytes.length - written;
    written += isLittle
      ? writeSync(file.fd, bytes, written, rest, position + written)
      : (await file.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

function writeFault(error: unknown, folder: string): MarketsError {
  if (error instanceof MarketsError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  const isDenied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new MarketsError(isDenied ? 'STREAM_DENIED' : 'STREAM_UNAVAILABLE', 'A partition of the embedded bus cannot be written.', {
    cause: error,
    found: `${code} in ${folder}`,
    next: isDenied ? 'Give the account the right to write there.' : 'Look at the room on the disk; it is tried again.',
  });
}
