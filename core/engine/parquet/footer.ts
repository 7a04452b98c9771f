/** The footer of a Parquet file: FileMetaData of parquet.thrift. */
import type { ChunkMeta } from '../columns/page-writer.ts';
import { leafPath, physicalOf, PHYSICAL, schemaElements, type ParquetColumn } from './parquet-schema.ts';
import { encodeStruct, utf8, type ThriftField } from './thrift-compact.ts';

/** A row group that is in the file: `offset` of its chunks is the position in the file. */
export interface PlacedRowGroup {
  readonly rows: number;
  /** In the order of the columns. */
  readonly chunks: readonly ChunkMeta[];
}

const FORMAT_VERSION = 2;
/** No program version in it: the bytes depend on the rows only. */
const CREATED_BY = 'markets-engine version 1.0.0';

/** `groups`: what encodeRowGroup() has given of each. */
export function encodeFooter(columns: readonly ParquetColumn[], rows: number, groups: readonly Uint8Array[]): Buffer {
  return encodeStruct([
    { id: 1, kind: 'i32', value: FORMAT_VERSION },
    { id: 2, kind: 'list', of: 'struct', value: schemaElements(columns) },
    { id: 3, kind: 'i64', value: rows },
    { id: 4, kind: 'list', of: 'struct', value: groups },
    { id: 6, kind: 'binary', value: utf8(CREATED_BY) },
    // Every column has the order of its type; without this readers may not trust min_value and max_value.
    { id: 7, kind: 'list', of: 'struct', value: columns.map(() => [{ id: 1, kind: 'struct', value: [] }]) },
  ]);
}

/** `ordinal`: how many row groups there are before it. */
export function encodeRowGroup(columns: readonly ParquetColumn[], group: PlacedRowGroup, ordinal: number): Buffer {
  const chunks = group.chunks.map((chunk, index) => columnChunk(columns[index], chunk));
  const total = (size: (chunk: ChunkMeta) => number): number => group.chunks.reduce((sum, chunk) => sum + size(chunk), 0);
  return encodeStruct([
    { id: 1, kind: 'list', of: 'struct', value: chunks },
    { id: 2, kind: 'i64', value: total((chunk) => chunk.uncompressedBytes) },
    { id: 3, kind: 'i64', value: group.rows },
    { id: 5, kind: 'i64', value: Math.min(...group.chunks.map(({ offset }) => offset)) },
    { id: 6, kind: 'i64', value: total((chunk) => chunk.compressedBytes) },
    // The ordinal is a 16-bit number and optional: it ends where it would not fit.
    ...(ordinal < 32_768 ? [{ id: 7, kind: 'i16', value: ordinal } as const] : []),
  ]);
}

function columnChunk(column: ParquetColumn | undefined, chunk: ChunkMeta): readonly ThriftField[] {
  if (column === undefined) throw new RangeError('a chunk without a column');
  const { offset } = chunk;
  const metadata: ThriftField[] = [
    { id: 1, kind: 'i32', value: PHYSICAL[physicalOf(column.type)] },
    { id: 2, kind: 'list', of: 'i32', value: chunk.encodings },
    { id: 3, kind: 'list', of: 'binary', value: leafPath(column).map(utf8) },
    { id: 4, kind: 'i32', value: chunk.codec },
    { id: 5, kind: 'i64', value: chunk.levels },
    { id: 6, kind: 'i64', value: chunk.uncompressedBytes },
    { id: 7, kind: 'i64', value: chunk.compressedBytes },
    { id: 9, kind: 'i64', value: offset + chunk.dictionaryBytes },
  ];
  if (chunk.dictionaryBytes > 0) metadata.push({ id: 11, kind: 'i64', value: offset });
  metadata.push({ id: 12, kind: 'struct', value: statistics(chunk) });
  return [
    { id: 2, kind: 'i64', value: 0 },
    { id: 3, kind: 'struct', value: metadata },
  ];
}

function statistics(chunk: ChunkMeta): readonly ThriftField[] {
  const nulls: ThriftField = { id: 3, kind: 'i64', value: chunk.nulls };
  if (chunk.minMax === null) return [nulls];
  return [
    nulls,
    { id: 5, kind: 'binary', value: chunk.minMax.max },
    { id: 6, kind: 'binary', value: chunk.minMax.min },
    { id: 7, kind: 'bool', value: true },
    { id: 8, kind: 'bool', value: true },
  ];
}
