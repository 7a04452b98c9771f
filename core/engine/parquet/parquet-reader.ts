/**
 * Reads integer columns of the files that RowGroupFile wrote, one page in memory at a time: what the conservation proof
 * and a trace need. It is no reader for Parquet files of others.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { MarketsError } from '../../errors/markets-error.ts';
import { giveBack } from '../bytes/give-back.ts';
import { decodeDeltas } from '../columns/delta-encoding.ts';
import { CODEC, ENCODING } from '../columns/page-writer.ts';
import { decodeHybrid } from './hybrid-encoding.ts';
import { PHYSICAL } from './parquet-schema.ts';
import { decodeStruct, type ThriftStruct, type ThriftValue } from './thrift-compact.ts';

const MAGIC = 'PAR1';
const TRAILER_BYTES = 8;
const TWO_32 = 4_294_967_296;

/** Values of one page; NaN is NULL. */
export type IntegerPage = Float64Array<ArrayBuffer>;

/** Where the data pages of a column chunk stand in the file. */
export interface ChunkPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly codec: number;
}

export class ParquetFile {
  readonly rows: number;
  private readonly file: number;
  private readonly groups: readonly ThriftStruct[];

  /** ENGINE_INVARIANT where the file is no Parquet file. */
  constructor(path: string) {
    this.file = openSync(path, 'r');
    const size = fstatSync(this.file).size;
    const trailer = bytesOf(this.file, Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES));
    if (trailer.subarray(4).toString('latin1') !== MAGIC) throw broken('it does not end with PAR1');
    const length = trailer.readUInt32LE(0);
    const footer = decodeStruct(bytesOf(this.file, size - TRAILER_BYTES - length, length), 0).value;
    this.rows = numberOf(footer.get(3));
    this.groups = structs(footer.get(4));
  }

  /** The pages of an INT64 column whose values all are safe integers, in file order. */
  *integers(column: string): Generator<IntegerPage, void, undefined> {
    for (const place of this.places(column)) yield* integerPages(this.file, place);
  }

  /** Where the INT64 column stands, one place a row group. */
  places(column: string): readonly ChunkPlace[] {
    return this.groups.map((group) => chunkPlace(group, column));
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The pages of one chunk of INT64 in an open file, which need not be complete behind it. */
export function* integerPages(file: number, place: ChunkPlace): Generator<IntegerPage, void, undefined> {
  const chunk = bytesOf(file, place.offset, place.bytes);
  for (let at = 0; at < chunk.length;) {
    const { value: header, end } = decodeStruct(chunk, at);
    at = end + numberOf(header.get(3));
    yield pageValues(header, chunk.subarray(end, at), place.codec);
  }
  giveBack(chunk);
}

function bytesOf(file: number, start: number, length: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const count = readSync(file, bytes, done, length - done, start + done);
    if (count === 0) throw broken('it ends too early');
    done += count;
  }
  return bytes;
}

function pageValues(header: ThriftStruct, stored: Buffer, codec: number): IntegerPage {
  // One output buffer of the size that the header tells, in place of many that are then joined.
  const body = codec === CODEC.ZSTD ? zstdDecompressSync(stored, { chunkSize: chunkSizeOf(numberOf(header.get(2))) }) : stored;
  const page = structOf(header.get(5));
  const levels = numberOf(page.get(1));
  const valuesAt = 4 + body.readUInt32LE(0);
  if (numberOf(page.get(2)) === ENCODING.DELTA_BINARY_PACKED) return decodeDeltas(body, valuesAt);
  const definitions = new Uint8Array(levels);
  decodeHybrid(body.subarray(4, valuesAt), 1, definitions, levels);
  const values = new Float64Array(levels);
  let at = valuesAt;
  for (let level = 0; level < levels; level += 1) {
    if (definitions[level] === 0) {
      values[level] = Number.NaN;
      continue;
    }
    values[level] = body.readUInt32LE(at) + body.readInt32LE(at + 4) * TWO_32;
    at += 8;
  }
  return values;
}

/** Node's least size is 64; one byte more lets it see the end of the stream without another buffer. */
function chunkSizeOf(bytes: number): number {
  return Math.max(64, bytes + 1);
}

function chunkPlace(group: ThriftStruct, column: string): ChunkPlace {
  for (const chunk of structs(group.get(1))) {
    const metadata = structOf(chunk.get(3));
    const path = metadata.get(3);
    const name = Array.isArray(path) && path.length === 1 ? (path as readonly ThriftValue[])[0] : undefined;
    if (!(name instanceof Uint8Array) || Buffer.from(name).toString('utf8') !== column) continue;
    if (metadata.get(1) !== PHYSICAL.INT64) throw broken(`${column} is no INT64 column`);
    return { offset: numberOf(metadata.get(9)), bytes: numberOf(metadata.get(7)), codec: numberOf(metadata.get(4)) };
  }
  throw broken(`it has no column ${column}`);
}

function numberOf(value: ThriftValue | undefined): number {
  if (typeof value !== 'number') throw broken('a number is missing in its metadata');
  return value;
}

function structOf(value: ThriftValue | undefined): ThriftStruct {
  if (!(value instanceof Map)) throw broken('a struct is missing in its metadata');
  return value as ThriftStruct;
}

function structs(value: ThriftValue | undefined): readonly ThriftStruct[] {
  if (!Array.isArray(value)) throw broken('a list is missing in its metadata');
  return (value as readonly ThriftValue[]).map(structOf);
}

function broken(found: string): MarketsError {
  return new MarketsError('ENGINE_INVARIANT', 'A Parquet file of our own cannot be read.', { found });
}
