/**
 * Reads integer columns of the files that ParquetWriter wrote, one page in memory at a time: what the conservation proof
 * and a trace need. It is no reader for Parquet files of others.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { MarketsError } from '../../errors/markets-error.ts';
import { decodeHybrid } from './hybrid-encoding.ts';
import { PHYSICAL } from './parquet-schema.ts';
import { decodeStruct, type ThriftStruct, type ThriftValue } from './thrift-compact.ts';

const MAGIC = 'PAR1';
const TRAILER_BYTES = 8;
const TWO_32 = 4_294_967_296;

interface ChunkPlace {
  readonly offset: number;
  readonly bytes: number;
}

export class ParquetFile {
  readonly rows: number;
  private readonly file: number;
  private readonly groups: readonly ThriftStruct[];

  /** ENGINE_INVARIANT where the file is no Parquet file. */
  constructor(path: string) {
    this.file = openSync(path, 'r');
    const size = fstatSync(this.file).size;
    const trailer = this.bytes(Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES));
    if (trailer.subarray(4).toString('latin1') !== MAGIC) throw broken('it does not end with PAR1');
    const length = trailer.readUInt32LE(0);
    const footer = decodeStruct(this.bytes(size - TRAILER_BYTES - length, length), 0).value;
    this.rows = numberOf(footer.get(3));
    this.groups = structs(footer.get(4));
  }

  /** The values of an INT64 column that all are safe integers, in file order; null is NULL. */
  integers(column: string): IntegerCursor {
    const places = this.groups.map((group) => chunkPlace(group, column));
    return new IntegerCursor((index, room) => {
      const place = places[index];
      return place === undefined ? null : this.bytes(place.offset, place.bytes, room);
    });
  }

  close(): void {
    closeSync(this.file);
  }

  /** In `room` where it is large enough. */
  private bytes(start: number, length: number, room: Buffer = Buffer.alloc(0)): Buffer {
    const bytes = room.length >= length ? room.subarray(0, length) : Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.file, bytes, done, length - done, start + done);
      if (count === 0) throw broken('it ends too early');
      done += count;
    }
    return bytes;
  }
}

/** The bytes of a column in the row group with this index, in `room` where they fit there; null behind the last. */
type ReadChunk = (index: number, room: Buffer) => Buffer | null;

/** Goes over one column; its buffers are used again, so that a long file leaves no more behind than a short one. */
export class IntegerCursor {
  private readonly chunk: ReadChunk;
  private nextGroup = 0;
  private room: Buffer = Buffer.alloc(0);
  private group: Buffer = Buffer.alloc(0);
  private position = 0;
  private definitions = new Uint8Array(0);
  private levels = 0;
  private values = new DataView(new ArrayBuffer(0));
  private level = 0;
  private valueAt = 0;

  constructor(chunk: ReadChunk) {
    this.chunk = chunk;
  }

  /** The next value, null for NULL, undefined behind the last. */
  next(): number | null | undefined {
    while (this.level >= this.levels) if (!this.nextPage()) return undefined;
    const isNull = this.definitions[this.level] === 0;
    this.level += 1;
    if (isNull) return null;
    const at = this.valueAt;
    this.valueAt += 8;
    return this.values.getUint32(at, true) + this.values.getInt32(at + 4, true) * TWO_32;
  }

  private nextPage(): boolean {
    if (this.position >= this.group.length) {
      const group = this.chunk(this.nextGroup, this.room);
      if (group === null) return false;
      if (group.length > this.room.length) this.room = group;
      this.nextGroup += 1;
      this.group = group;
      this.position = 0;
      return true;
    }
    const { value: header, end } = decodeStruct(this.group, this.position);
    this.position = end + numberOf(header.get(3));
    // One output buffer of the size that the header tells, in place of many that are then joined.
    const body = zstdDecompressSync(this.group.subarray(end, this.position), { chunkSize: chunkSizeOf(numberOf(header.get(2))) });
    const levelBytes = body.readUInt32LE(0);
    this.levels = numberOf(structOf(header.get(5)).get(1));
    if (this.definitions.length < this.levels) this.definitions = new Uint8Array(this.levels);
    decodeHybrid(body.subarray(4, 4 + levelBytes), 1, this.definitions, this.levels);
    this.values = new DataView(body.buffer, body.byteOffset, body.length);
    this.level = 0;
    this.valueAt = 4 + levelBytes;
    return true;
  }
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
    return { offset: numberOf(metadata.get(9)), bytes: numberOf(metadata.get(7)) };
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
