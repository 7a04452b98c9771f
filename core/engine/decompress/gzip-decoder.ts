/**
 * Gzip (RFC 1952) member by member. Node's own reader accepts trailing garbage and does not say so; here every byte of
 * the stream belongs to a member, and each member's CRC and length are checked.
 */
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { CompressionFault } from './compression-fault.ts';
import type { Decoder } from './decoder.ts';
import { STEP_BYTES } from './inflate-layout.ts';
import { Inflater } from './inflater.ts';

export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const MAX_HEADER_BYTES = 256 * 1024;
const TRAILER_BYTES = 8;
const FLAG = { HEADER_CRC: 2, EXTRA: 4, NAME: 8, COMMENT: 16, RESERVED: 0xe0 } as const;

export class GzipDecoder implements Decoder {
  private phase: 'header' | 'deflate' | 'trailer' = 'header';
  /** Bytes of a header or trailer that came so far. */
  private pending = Buffer.alloc(0);
  /** Reads every member. */
  private inflater: Inflater | null = null;
  private members = 0;
  private crc = 0;
  private size = 0;

  /** The decompressed pieces of `chunk`, as they come, 512 KiB at most. Throws CompressionFault. */
  async *push(chunk: Buffer): AsyncGenerator<Buffer> {
    for (let from = 0; from < chunk.length;) {
      const step = chunk.subarray(from, from + STEP_BYTES);
      if (this.phase === 'deflate') {
        from += yield* this.inflateStep(step);
      } else {
        from += this.phase === 'header' ? this.takeHeader(step) : this.takeTrailer(step);
      }
    }
  }

  /** The stream ended: it must end behind a member. */
  end(): void {
    this.close();
    if (this.phase !== 'header' || this.pending.length > 0 || this.members === 0) {
      throw new CompressionFault('damaged', 'The gzip stream is truncated.');
    }
  }

  /** Frees what the members were read with. */
  close(): void {
    this.inflater = null;
  }

  private takeHeader(step: Buffer): number {
    const before = this.pending.length;
    this.pending = Buffer.concat([this.pending, step]);
    const length = headerLength(this.pending, this.members);
    if (length === undefined) {
      if (this.pending.length > MAX_HEADER_BYTES) {
        throw new CompressionFault('damaged', 'The gzip header is too long.');
      }
      return step.length;
    }
    this.pending = Buffer.alloc(0);
    this.phase = 'deflate';
    this.inflater ??= new Inflater();
    this.inflater.start();
    this.crc = 0;
    this.size = 0;
    return length - before;
  }

  private takeTrailer(step: Buffer): number {
    const used = Math.min(step.length, TRAILER_BYTES - this.pending.length);
    this.pending = Buffer.concat([this.pending, step.subarray(0, used)]);
    if (this.pending.length === TRAILER_BYTES) {
      if (this.pending.readUInt32LE(0) !== this.crc || this.pending.readUInt32LE(4) !== this.size >>> 0) {
        throw new CompressionFault('damaged', 'The gzip stream is damaged: its CRC or length does not match.');
      }
      this.pending = Buffer.alloc(0);
      this.phase = 'header';
      this.members += 1;
    }
    return used;
  }

  /** Gives how many bytes of the step are the member's. */
  private async *inflateStep(step: Buffer): AsyncGenerator<Buffer, number> {
    const { inflater } = this;
    if (inflater === null) return step.length;
    inflater.take(step);
    while (!inflater.needsInput && !inflater.isDone) {
      const piece = inflater.next();
      if (piece.length > 0) yield this.checked(piece);
      // About a millisecond of work stands between two turns of the event loop.
      await setImmediate();
    }
    if (!inflater.isDone) return step.length;
    this.phase = 'trailer';
    return step.length - inflater.unusedBytes;
  }

  private checked(piece: Buffer): Buffer {
    this.crc = crc32(piece, this.crc);
    this.size = (this.size + piece.length) % 0x1_0000_0000;
    return piece;
  }
}

/** Length of a whole header, undefined when more bytes are needed. */
function headerLength(bytes: Buffer, members: number): number | undefined {
  const shown = Math.min(bytes.length, 3);
  const start = Buffer.from([0x1f, 0x8b, 8]);
  if (!bytes.subarray(0, shown).equals(start.subarray(0, shown))) {
    throw new CompressionFault(
      'damaged',
      members === 0 ? 'The file is not gzip, though its name ends in .gz.' : 'There are bytes behind the gzip stream.',
    );
  }
  if (bytes.length < 10) {
    return undefined;
  }
  const flags = bytes.readUInt8(3);
  if ((flags & FLAG.RESERVED) !== 0) {
    throw new CompressionFault('damaged', 'The gzip header has flags that no version defines.');
  }
  let length = 10;
  if ((flags & FLAG.EXTRA) !== 0) {
    length += bytes.length < 12 ? MAX_HEADER_BYTES : 2 + bytes.readUInt16LE(10);
  }
  for (const flag of [FLAG.NAME, FLAG.COMMENT]) {
    if ((flags & flag) !== 0) {
      const zero = bytes.indexOf(0, length);
      length = zero < 0 ? Number.POSITIVE_INFINITY : zero + 1;
    }
  }
  length += (flags & FLAG.HEADER_CRC) !== 0 ? 2 : 0;
  return length <= bytes.length ? length : undefined;
}
