/**
 * The cells of a finished row group, decoded from its pages in memory: what a reader of the file would see, without a file. It
 * shares the decoders of numbers and structs with the engine, nothing else.
 */
import { crc32, zstdDecompressSync } from 'node:zlib';
import { decodeDeltas, deltaHeader } from '../../columns/delta-encoding.ts';
import { CODEC, ENCODING, type ChunkMeta } from '../../columns/page-writer.ts';
import { isDelta, type DeltaChunk, type RowGroup } from '../../columns/row-group.ts';
import { decodeHybrid } from '../../parquet/hybrid-encoding.ts';
import type { ParquetColumn } from '../../parquet/parquet-schema.ts';
import { decodeStruct, type ThriftStruct } from '../../parquet/thrift-compact.ts';
import { plainValues, type PlainText } from './plain-values.ts';

/** One cell as plainText() says it; REPEATED columns have a list. */
export type PlainCell = PlainText | readonly PlainText[];

const DICTIONARY_PAGE = 2;

/** By column, each with a cell a row. `shifts`: see RowGroupFile.write(). */
export function readRowGroup(group: RowGroup, columns: readonly ParquetColumn[], shifts: ReadonlyMap<number, number>): PlainCell[][] {
  return columns.map((column, index) => {
    const chunk = group.chunks[index];
    if (chunk === undefined) throw new Error(`column ${column.name} has no chunk`);
    const cells = isDelta(chunk) ? deltaCells(chunk, shifts.get(index) ?? 0) : chunkCells(group.pages, chunk, column);
    if (cells.length !== group.rows) throw new Error(`column ${column.name} has ${cells.length} cells for ${group.rows} rows`);
    return cells;
  });
}

function deltaCells(chunk: DeltaChunk, shift: number): PlainCell[] {
  const values = decodeDeltas(Buffer.concat([deltaHeader(chunk.count, chunk.first + shift), chunk.deltas]), 0);
  for (const value of values) {
    if (value < chunk.min + shift || value > chunk.max + shift) throw new Error(`${value} lies beyond the borders of its chunk`);
  }
  return [...values].map(String);
}

interface Page {
  readonly type: number;
  readonly header: ThriftStruct;
  readonly body: Buffer;
}

function* pagesOf(pages: Uint8Array, chunk: ChunkMeta): Generator<Page, void, undefined> {
  const end = chunk.offset + chunk.compressedBytes;
  for (let at = chunk.offset; at < end;) {
    const { value: header, end: bodyAt } = decodeStruct(pages, at);
    const stored = pages.subarray(bodyAt, bodyAt + Number(header.get(3)));
    if ((crc32(stored) | 0) !== header.get(4)) throw new Error('the checksum of a page is wrong');
    const body = chunk.codec === CODEC.ZSTD ? zstdDecompressSync(stored) : Buffer.from(stored);
    if (body.length !== header.get(2)) throw new Error('a page has another size than it says');
    yield { type: Number(header.get(1)), header, body };
    at = bodyAt + stored.length;
  }
}

function chunkCells(pages: Uint8Array, chunk: ChunkMeta, column: ParquetColumn): PlainCell[] {
  const cells: PlainCell[] = [];
  let dictionary: readonly PlainText[] = [];
  for (const { type, header, body } of pagesOf(pages, chunk)) {
    if (type === DICTIONARY_PAGE) {
      dictionary = plainValues(column.type, body, Number((header.get(7) as ThriftStruct).get(1)));
      continue;
    }
    const details = header.get(5) as ThriftStruct;
    const page = { count: Number(details.get(1)), encoding: Number(details.get(2)), body };
    for (const cell of column.repeated ? listCells(page, column) : flatCells(page, column, dictionary)) cells.push(cell);
  }
  return cells;
}

interface DataPage {
  readonly count: number;
  readonly encoding: number;
  readonly body: Buffer;
}

/** Levels stand behind their length; gives them and the position behind them. */
function levelsAt(body: Buffer, at: number, bitWidth: number, count: number): { readonly levels: Uint8Array; readonly end: number } {
  const end = at + 4 + body.readUInt32LE(at);
  const levels = new Uint8Array(count);
  decodeHybrid(body.subarray(at + 4, end), bitWidth, levels, count);
  return { levels, end };
}

function flatCells({ count, encoding, body }: DataPage, column: ParquetColumn, dictionary: readonly PlainText[]): PlainCell[] {
  const { levels, end } = levelsAt(body, 0, 1, count);
  const present = levels.reduce((sum, level) => sum + level, 0);
  const rest = body.subarray(end);
  const values =
    encoding === ENCODING.RLE_DICTIONARY ? dictionaryValues(rest, present, dictionary) : plainValues(column.type, rest, present);
  let next = 0;
  return [...levels].map((level) => (level === 0 ? null : (values[next++] as string)));
}

function dictionaryValues(body: Buffer, count: number, dictionary: readonly PlainText[]): PlainText[] {
  const indexes = new Uint16Array(count);
  decodeHybrid(body.subarray(1), body[0] ?? 0, indexes, count);
  return [...indexes].map((index) => {
    const text = dictionary[index];
    if (text === undefined) throw new Error(`the dictionary has no entry ${index}`);
    return text;
  });
}

/** Definition levels: NULL, empty list, NULL element, element. */
function listCells({ count, body }: DataPage, column: ParquetColumn): PlainCell[] {
  const repetitions = levelsAt(body, 0, 1, count);
  const definitions = levelsAt(body, repetitions.end, 2, count);
  const present = definitions.levels.filter((level) => level === 3).length;
  const values = plainValues(column.type, body.subarray(definitions.end), present);
  const cells: (PlainText[] | null)[] = [];
  let next = 0;
  for (const [index, level] of definitions.levels.entries()) {
    if (repetitions.levels[index] === 0) cells.push(level === 0 ? null : []);
    if (level >= 2) cells.at(-1)?.push(level === 3 ? (values[next++] as string) : null);
  }
  return cells;
}
