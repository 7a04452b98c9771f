/**
 * The pages of the column chunks of one row group, one after another in one buffer, and what the footer says of each
 * chunk. Pages are compressed as they come, where that pays.
 */
import { constants, crc32, zstdCompressSync } from 'node:zlib';
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { giveBack } from '../bytes/give-back.ts';
import { encodeStruct, type ThriftField } from '../parquet/thrift-compact.ts';

export const ENCODING = { PLAIN: 0, RLE: 3, DELTA_BINARY_PACKED: 5, RLE_DICTIONARY: 8 } as const;
export type EncodingId = (typeof ENCODING)[keyof typeof ENCODING];
export const CODEC = { UNCOMPRESSED: 0, ZSTD: 6 } as const;
export type CodecId = (typeof CODEC)[keyof typeof CODEC];

/** Level 1 costs a sixth less time than 3 and the files are as large. */
const ZSTD_LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 };
const PAGE_TYPE = { data: 0, dictionary: 2 } as const;

/** Exact smallest and largest value of a chunk, PLAIN-encoded (text and bytes without their length). */
export interface MinMax {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

/** What the footer says of one column chunk. Plain data. */
export interface ChunkMeta {
  /** Of the chunk's first byte in the row group. */
  readonly offset: number;
  readonly dictionaryBytes: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** Values, NULLs and empty lists counted too. */
  readonly levels: number;
  readonly nulls: number;
  readonly encodings: readonly number[];
  readonly codec: CodecId;
  readonly minMax: MinMax | null;
}

/** Bytes of values that tell whether the rest is worth compressing, and the share of them that must go. */
const SAMPLE_BYTES = 64 * 1024;
const WORTHWHILE = 0.87;

/** What a file of a few rows has in a column is not worth the tables of a compression. */
export const MIN_COMPRESSED_BYTES = 1024;

/** UNCOMPRESSED where a sample hardly shrinks (moments to the microsecond): it would cost time and save little. */
export function codecFor(values: Uint8Array): CodecId {
  if (values.length < MIN_COMPRESSED_BYTES) return CODEC.UNCOMPRESSED;
  const sample = values.subarray(0, SAMPLE_BYTES);
  if (sample.length < SAMPLE_BYTES) return CODEC.ZSTD;
  return compressed(sample).length > sample.length * WORTHWHILE ? CODEC.UNCOMPRESSED : CODEC.ZSTD;
}

/** In one call: with room for all of the output, and its size told before, zstd copies nothing into buffers of its own. */
function compressed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const most = bytes.length + Math.ceil(bytes.length / 128) + 512;
  return zstdCompressSync(bytes, { params: ZSTD_LEVEL, chunkSize: most, pledgedSrcSize: bytes.length });
}

export class PageWriter {
  readonly out = new ByteBuffer(256 * 1024);
  private readonly scratch = new ByteBuffer(64 * 1024);
  private codec: CodecId = CODEC.ZSTD;
  private start = 0;
  private dictionaryBytes = 0;
  private uncompressed = 0;
  private levels = 0;
  private readonly encodings = new Set<number>();

  /** The next pages belong to a new chunk. */
  beginChunk(codec: CodecId): void {
    this.codec = codec;
    this.start = this.out.length;
    this.dictionaryBytes = 0;
    this.uncompressed = 0;
    this.levels = 0;
    this.encodings.clear();
  }

  dictionaryPage(count: number, body: Uint8Array): void {
    this.encodings.add(ENCODING.PLAIN);
    const header: ThriftField = {
      id: 7,
      kind: 'struct',
      value: [
        { id: 1, kind: 'i32', value: count },
        { id: 2, kind: 'i32', value: ENCODING.PLAIN },
      ],
    };
    this.page(PAGE_TYPE.dictionary, header, body);
    this.dictionaryBytes = this.out.length - this.start;
  }

  /** `parts`: levels and values, one after another. */
  dataPage(levels: number, encoding: EncodingId, parts: readonly Uint8Array[]): void {
    this.encodings.add(encoding).add(ENCODING.RLE);
    this.levels += levels;
    this.page(PAGE_TYPE.data, dataPageHeader(levels, encoding), this.joined(parts));
  }

  endChunk(nulls: number, minMax: MinMax | null): ChunkMeta {
    return {
      offset: this.start,
      dictionaryBytes: this.dictionaryBytes,
      compressedBytes: this.out.length - this.start,
      uncompressedBytes: this.uncompressed,
      levels: this.levels,
      nulls,
      encodings: [...this.encodings].toSorted((a, b) => a - b),
      codec: this.codec,
      minMax,
    };
  }

  /** The pages so far; the next row group starts in a buffer of its own. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.out.content());
    this.out.clear();
    return bytes;
  }

  /** One buffer serves all pages: a new one for each would make the memory of a process grow by what it writes. */
  private joined(parts: readonly Uint8Array[]): Uint8Array {
    this.scratch.clear();
    for (const part of parts) {
      const at = this.scratch.claim(part.length);
      this.scratch.bytes.set(part, at);
    }
    return this.scratch.content();
  }

  private page(type: number, kindHeader: ThriftField, body: Uint8Array): void {
    const packed = this.codec === CODEC.ZSTD ? compressed(body) : null;
    const stored = packed ?? body;
    const header = pageHeader(type, body.length, stored.length, crc32(stored), kindHeader);
    const at = this.out.claim(header.length + stored.length);
    this.out.bytes.set(header, at);
    this.out.bytes.set(stored, at + header.length);
    if (packed !== null) giveBack(packed);
    this.uncompressed += header.length + body.length;
  }
}

/** A data page of version 1 whose levels are RLE. */
export function dataPageHeader(levels: number, encoding: EncodingId): ThriftField {
  return {
    id: 5,
    kind: 'struct',
    value: [
      { id: 1, kind: 'i32', value: levels },
      { id: 2, kind: 'i32', value: encoding },
      { id: 3, kind: 'i32', value: ENCODING.RLE },
      { id: 4, kind: 'i32', value: ENCODING.RLE },
    ],
  };
}

export const DATA_PAGE = PAGE_TYPE.data;

export function pageHeader(type: number, bytes: number, storedBytes: number, crc: number, kindHeader: ThriftField): Buffer {
  return encodeStruct([
    { id: 1, kind: 'i32', value: type },
    { id: 2, kind: 'i32', value: bytes },
    { id: 3, kind: 'i32', value: storedBytes },
    { id: 4, kind: 'i32', value: crc | 0 },
    kindHeader,
  ]);
}
