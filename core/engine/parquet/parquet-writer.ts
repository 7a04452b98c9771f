/**
 * Writes one Parquet file. Row groups are bounded in rows and in bytes, so memory does not depend on the file's size.
 * The same rows give the same bytes. Source: https://parquet.apache.org/docs/file-format/
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Value } from '../../types/column-type.ts';
import { wrongValue } from './value-encoder.ts';
import { ColumnChunk, type FinishedChunk } from './column-chunk.ts';
import { encodeFooter, type RowGroup } from './footer.ts';
import type { ParquetColumn } from './parquet-schema.ts';

/** A row group ends with this many rows (what DuckDB reads as one) or once it holds this many bytes. */
const ROW_GROUP_ROWS = 122_880;
const ROW_GROUP_BYTES = 32 * 1024 * 1024;
const ROWS_BETWEEN_LOOKS = 64;
const MAGIC = Buffer.from('PAR1');

/** A cell: REPEATED columns hold a list; NULL elements are allowed. */
export type ParquetCell = Value | readonly Value[];

export interface ParquetWriterOptions {
  /** INT64 columns whose values come as safe integers of type number instead of bigint. */
  readonly wholeNumbers?: readonly string[];
  readonly rowGroupRows?: number;
}

export class ParquetWriter {
  rows = 0;
  private readonly file: number;
  private readonly columns: readonly ParquetColumn[];
  private readonly chunks: readonly ColumnChunk[];
  private readonly rowGroupRows: number;
  private readonly rowGroups: RowGroup[] = [];
  private position = 0;
  private groupRows = 0;
  private closed = false;

  /** Creates the file at `path` (or empties it). */
  constructor(path: string, columns: readonly ParquetColumn[], options: ParquetWriterOptions = {}) {
    this.columns = columns;
    this.chunks = columns.map((column) => new ColumnChunk(column, options.wholeNumbers?.includes(column.name) === true));
    this.rowGroupRows = options.rowGroupRows ?? ROW_GROUP_ROWS;
    this.file = openSync(path, 'w');
    this.write(MAGIC);
  }

  /** One row, its cells in the order of the columns; they are copied. ENGINE_INVARIANT where a cell is not of its type. */
  append(cells: readonly ParquetCell[]): void {
    for (let index = 0; index < this.chunks.length; index += 1) {
      const chunk = this.chunks[index];
      const column = this.columns[index];
      const cell = cells[index];
      if (chunk === undefined || column === undefined || cell === undefined) throw new RangeError('a row is too short');
      if (isList(cell)) {
        if (!column.repeated) throw wrongValue(column.type, cell);
        chunk.appendList(cell);
      } else {
        if (column.repeated && cell !== null) throw wrongValue(column.type, cell);
        chunk.append(cell);
      }
    }
    this.rows += 1;
    this.groupRows += 1;
    if (this.groupRows >= this.rowGroupRows || this.isLarge()) this.endRowGroup();
  }

  /** Writes what is open and the footer, and closes the file. */
  finish(): { readonly rows: number; readonly bytes: number } {
    if (this.groupRows > 0) this.endRowGroup();
    const footer = encodeFooter(this.columns, this.rows, this.rowGroups);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    for (const part of [footer, length, MAGIC]) this.write(part);
    this.close();
    return { rows: this.rows, bytes: this.position };
  }

  /** Closes the file as it is, which is no Parquet file. Nothing happens when it is closed already. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }

  /** Looked at now and then: a full page is compressed at once, so that little is added between two looks. */
  private isLarge(): boolean {
    if (this.groupRows % ROWS_BETWEEN_LOOKS !== 0) return false;
    return this.chunks.reduce((sum, chunk) => sum + chunk.heldBytes, 0) >= ROW_GROUP_BYTES;
  }

  private endRowGroup(): void {
    const columns = this.chunks.map((chunk) => {
      const finished = chunk.finish();
      const offset = this.position;
      this.writeChunk(finished);
      return { offset, chunk: finished };
    });
    this.rowGroups.push({
      rows: this.groupRows,
      columns: columns.map(({ offset, chunk }) => ({ offset, chunk: { ...chunk, parts: [] } })),
    });
    this.groupRows = 0;
  }

  private writeChunk(chunk: FinishedChunk): void {
    for (const part of chunk.parts) this.write(part);
  }

  private write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.file, bytes, done, bytes.length - done);
    this.position += bytes.length;
  }
}

function isList(cell: ParquetCell): cell is readonly Value[] {
  return Array.isArray(cell);
}
