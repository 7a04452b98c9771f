/** Writes finished row groups one after another into one Parquet file. Source: https://parquet.apache.org/docs/file-format/ */
import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { giveBack } from '../bytes/give-back.ts';
import { deltaHeader } from '../columns/delta-encoding.ts';
import { singleRun, withLength } from '../columns/null-rows.ts';
import { CODEC, DATA_PAGE, dataPageHeader, ENCODING, pageHeader, type ChunkMeta } from '../columns/page-writer.ts';
import { isDelta, type DeltaChunk, type RowGroup } from '../columns/row-group.ts';
import { encodeFooter, encodeRowGroup, type PlacedRowGroup } from './footer.ts';
import type { ParquetColumn } from './parquet-schema.ts';

/** Less than that waits for what comes next. */
const MIN_WRITE_BYTES = 64 * 1024;
const MAGIC = Buffer.from('PAR1');

export class RowGroupFile {
  rows = 0;
  /** Those that were written. */
  readonly groups: PlacedRowGroup[] = [];
  /** The same as the footer has them. */
  private readonly encoded: Buffer[] = [];
  private readonly file: number;
  private readonly columns: readonly ParquetColumn[];
  private position = 0;
  /** Written, but not to the file yet. */
  private readonly waiting: Uint8Array[] = [];
  private closed = false;

  /** Creates the file at `path` (or empties it). */
  constructor(path: string, columns: readonly ParquetColumn[]) {
    this.columns = columns;
    this.file = openSync(path, 'w');
    this.writeBytes(MAGIC);
  }

  /** Takes the pages away from the group. `shifts`: what is added to the values of a delta column, by the column's place; nothing where it is absent. */
  write(group: RowGroup, shifts: ReadonlyMap<number, number> = new Map()): void {
    const start = this.position;
    this.flush();
    this.writeBytes(group.pages);
    // They are in the file by now where they are large enough to be given back.
    giveBack(group.pages);
    const placed = group.chunks.map((chunk, index): ChunkMeta => {
      if (!isDelta(chunk)) return { ...chunk, offset: start + chunk.offset };
      return this.writeDeltas(chunk, shifts.get(index) ?? 0);
    });
    const inFile = { rows: group.rows, chunks: placed };
    this.encoded.push(encodeRowGroup(this.columns, inFile, this.groups.length));
    this.groups.push(inFile);
    this.rows += group.rows;
  }

  /** Writes the footer and closes the file. */
  finish(): { readonly rows: number; readonly bytes: number } {
    const footer = encodeFooter(this.columns, this.rows, this.encoded);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    for (const part of [footer, length, MAGIC]) this.writeBytes(part);
    this.flush();
    this.close();
    return { rows: this.rows, bytes: this.position };
  }

  /** Closes the file as it is, which is no Parquet file. Nothing happens when it is closed already. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }

  private writeDeltas(chunk: DeltaChunk, shift: number): ChunkMeta {
    const offset = this.position;
    const front = Buffer.concat([withLength(singleRun(1, chunk.count)), deltaHeader(chunk.count, chunk.first + shift)]);
    const bytes = front.length + chunk.deltas.length;
    const crc = crc32(chunk.deltas, crc32(front));
    const header = pageHeader(DATA_PAGE, bytes, bytes, crc, dataPageHeader(chunk.count, ENCODING.DELTA_BINARY_PACKED));
    for (const part of [header, front, chunk.deltas]) this.writeBytes(part);
    const total = header.length + bytes;
    const encodings = [ENCODING.RLE, ENCODING.DELTA_BINARY_PACKED];
    const minMax = { min: int64(chunk.min + shift), max: int64(chunk.max + shift) };
    const sizes = { dictionaryBytes: 0, compressedBytes: total, uncompressedBytes: total };
    return { offset, ...sizes, levels: chunk.count, nulls: 0, encodings, codec: CODEC.UNCOMPRESSED, minMax };
  }

  private writeBytes(bytes: Uint8Array): void {
    this.position += bytes.length;
    this.waiting.push(bytes);
    if (bytes.length >= MIN_WRITE_BYTES) this.flush();
  }

  /** Everything that was written is in the file then. Many short pieces are one write. */
  flush(): void {
    const [first] = this.waiting;
    const bytes = this.waiting.length === 1 && first !== undefined ? first : Buffer.concat(this.waiting);
    this.waiting.length = 0;
    for (let done = 0; done < bytes.length;) done += writeSync(this.file, bytes, done, bytes.length - done);
  }
}

function int64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
