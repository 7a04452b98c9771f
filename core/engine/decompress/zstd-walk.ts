/**
 * Where the frames of a zstd stream (RFC 8878) begin and end, told by their headers and the headers of their blocks alone.
 * Node's decoder knows one frame: it stops behind the first and accepts whatever follows. So each step that it is given
 * here ends at the latest with its frame, and bytes that belong to no frame are found.
 */
import { CompressionFault } from './compression-fault.ts';

export const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** The last three bytes of a skippable frame's magic number; the first is 0x50 to 0x5f. */
const SKIPPABLE_MAGIC_END = Buffer.from([0x2a, 0x4d, 0x18]);
const MAX_HEADER_BYTES = 18;
const SKIPPABLE_HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** A block gives at most 128 KiB, however few its bytes are: this bounds what one step can give to 4 MiB. */
const MAX_BLOCKS_A_STEP = 32;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const EMPTY = Buffer.alloc(0);

/** Bytes of a chunk up to `end`; `carried` and those from `begin` on go to the decoder, nothing where they are null. */
export interface ZstdStep {
  readonly carried: Buffer;
  readonly begin: number | null;
  readonly end: number;
}

interface FrameHeader {
  readonly length: number;
  /** Bytes to pass over; null for a frame of data. */
  readonly skippedBytes: number | null;
  readonly hasChecksum: boolean;
}

export class ZstdWalk {
  private readonly maxWindowBytes: number;
  private phase: 'header' | 'block_header' | 'block' | 'checksum' | 'skippable' = 'header';
  private frames = 0;
  /** Bytes of a frame header that came in chunks before. */
  private pending: Buffer = EMPTY;
  /** Bytes that are left of a block, a checksum or a skippable frame. */
  private remaining = 0;
  private blockHeader = 0;
  private blockHeaderBytes = 0;
  private isLastBlock = false;
  private hasChecksum = false;

  constructor(maxWindowBytes: number) {
    this.maxWindowBytes = maxWindowBytes;
  }

  /** The stream may end here. */
  get isBetweenFrames(): boolean {
    return this.phase === 'header' && this.pending.length === 0;
  }

  /** The next step from `from` on, which is not the end of the chunk. Throws CompressionFault. */
  next(chunk: Buffer, from: number): ZstdStep {
    if (this.phase === 'skippable') {
      return { carried: EMPTY, begin: null, end: this.passRemaining(chunk, from, 'header') };
    }
    if (this.phase !== 'header') {
      return { carried: EMPTY, begin: from, end: this.walkBlocks(chunk, from) };
    }
    const carried = this.pending;
    const start = Buffer.concat([carried, chunk.subarray(from, from + MAX_HEADER_BYTES)]);
    const header = readHeader(start, this.frames === 0, this.maxWindowBytes);
    if (header === undefined) {
      this.pending = start;
      return { carried: EMPTY, begin: null, end: chunk.length };
    }
    this.pending = EMPTY;
    this.frames += 1;
    const behind = from + header.length - carried.length;
    if (header.skippedBytes !== null) {
      this.remaining = header.skippedBytes;
      this.phase = this.remaining > 0 ? 'skippable' : 'header';
      return { carried: EMPTY, begin: null, end: behind };
    }
    this.hasChecksum = header.hasChecksum;
    this.phase = 'block_header';
    return { carried, begin: from, end: this.walkBlocks(chunk, behind) };
  }

  /** The end of the frame, of the chunk, or of as many blocks as one step may have. */
  private walkBlocks(chunk: Buffer, from: number): number {
    let at = from;
    let blocks = 0;
    while (at < chunk.length && this.phase !== 'header') {
      if (this.phase === 'block_header') {
        if (blocks === MAX_BLOCKS_A_STEP) {
          return at;
        }
        blocks += this.takeBlockHeader(chunk.readUInt8(at)) ? 1 : 0;
        at += 1;
      } else if (this.phase === 'block') {
        at = this.passRemaining(chunk, at, 'block_header');
        this.endBlock();
      } else {
        at = this.passRemaining(chunk, at, 'header');
      }
    }
    return at;
  }

  private passRemaining(chunk: Buffer, from: number, next: 'header' | 'block_header'): number {
    const passed = Math.min(this.remaining, chunk.length - from);
    this.remaining -= passed;
    if (this.remaining === 0) {
      this.phase = next;
    }
    return from + passed;
  }

  /** true when this byte is the header's last. */
  private takeBlockHeader(byte: number): boolean {
    this.blockHeader |= byte << (8 * this.blockHeaderBytes);
    this.blockHeaderBytes += 1;
    if (this.blockHeaderBytes < 3) {
      return false;
    }
    const header = this.blockHeader;
    this.blockHeader = 0;
    this.blockHeaderBytes = 0;
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) {
      throw new CompressionFault('damaged', 'The zstd stream is damaged: a block has a type that no version defines.');
    }
    this.isLastBlock = (header & 1) === 1;
    this.remaining = type === RLE_BLOCK ? 1 : header >> 3;
    this.phase = this.remaining > 0 ? 'block' : 'block_header';
    this.endBlock();
    return true;
  }

  /** Behind the last block comes the checksum or the next frame. */
  private endBlock(): void {
    if (this.phase === 'block_header' && this.isLastBlock) {
      this.isLastBlock = false;
      this.remaining = this.hasChecksum ? CHECKSUM_BYTES : 0;
      this.phase = this.hasChecksum ? 'checksum' : 'header';
    }
  }
}

/** undefined when more bytes are needed. */
function readHeader(bytes: Buffer, isFirst: boolean, maxWindowBytes: number): FrameHeader | undefined {
  if (startsAs(bytes, SKIPPABLE_MAGIC_END, 1) && (bytes.readUInt8(0) & 0xf0) === 0x50) {
    if (bytes.length < SKIPPABLE_HEADER_BYTES) {
      return undefined;
    }
    return { length: SKIPPABLE_HEADER_BYTES, skippedBytes: bytes.readUInt32LE(4), hasChecksum: false };
  }
  if (!startsAs(bytes, ZSTD_MAGIC, 0)) {
    const message = isFirst ? 'The file is not zstd, though its name ends in .zst.' : 'There are bytes behind the zstd stream.';
    throw new CompressionFault('damaged', message);
  }
  if (bytes.length < 5) {
    return undefined;
  }
  const flags = bytes.readUInt8(4);
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const length = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
  if ((flags & 0x08) !== 0) {
    throw new CompressionFault('damaged', 'The zstd header has a flag that no version defines.');
  }
  if (bytes.length < length) {
    return undefined;
  }
  const dictionary = bytes.subarray(length - sizeBytes - dictionaryBytes, length - sizeBytes);
  if (dictionary.some((byte) => byte !== 0)) {
    throw new CompressionFault('damaged', 'The zstd stream needs a dictionary, which no delivery brings.');
  }
  const window = isSingleSegment ? contentBytes(bytes.subarray(length - sizeBytes, length)) : windowBytes(bytes.readUInt8(5));
  if (window > maxWindowBytes) {
    const message = `The zstd stream needs a window of ${window} bytes, more than ${maxWindowBytes}.`;
    throw new CompressionFault('too_large', message);
  }
  return { length, skippedBytes: null, hasChecksum: (flags & 0x04) !== 0 };
}

/** As far as there are bytes: those from `at` on are the magic number's. */
function startsAs(bytes: Buffer, magic: Buffer, at: number): boolean {
  const shown = bytes.subarray(at, at + magic.length);
  return shown.equals(magic.subarray(0, shown.length));
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** The size of the content, which is the window where the frame is one segment; beyond 2^53 it is rounded. */
function contentBytes(field: Buffer): number {
  switch (field.length) {
    case 1:
      return field.readUInt8(0);
    case 2:
      return field.readUInt16LE(0) + 256;
    case 4:
      return field.readUInt32LE(0);
    default:
      return Number(field.readBigUInt64LE(0));
  }
}
