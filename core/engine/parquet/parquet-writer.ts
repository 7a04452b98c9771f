/**
 * Writes rows of cells into one Parquet file. Row groups are bounded in rows and in bytes, so memory does not depend on
 * the file's size. The same rows give the same bytes.
 */
import { wrongValue, type ColumnBuffer } from '../columns/column-buffer.ts';
import { columnBuffer } from '../columns/create-column-buffer.ts';
import { PageWriter } from '../columns/page-writer.ts';
import type { Cell } from '../output/file-output.ts';
import type { ParquetColumn } from './parquet-schema.ts';
import { RowGroupFile } from './row-group-file.ts';

/** A row group ends with this many rows (what DuckDB reads as one) or once it holds this many bytes. */
const ROW_GROUP_ROWS = 122_880;
const ROW_GROUP_BYTES = 32 * 1024 * 1024;
const ROWS_BETWEEN_LOOKS = 64;

/** A cell: REPEATED columns hold a list; NULL elements are allowed. */
export type ParquetCell = Cell;

export interface ParquetWriterOptions {
  readonly rowGroupRows?: number;
}

export class ParquetWriter {
  private readonly columns: readonly ParquetColumn[];
  private readonly buffers: readonly ColumnBuffer[];
  private readonly pages = new PageWriter();
  private readonly file: RowGroupFile;
  private readonly rowGroupRows: number;
  private groupRows = 0;

  /** Creates the file at `path` (or empties it). */
  constructor(path: string, columns: readonly ParquetColumn[], options: ParquetWriterOptions = {}) {
    this.columns = columns;
    this.buffers = columns.map((column) => columnBuffer(column));
    this.rowGroupRows = options.rowGroupRows ?? ROW_GROUP_ROWS;
    this.file = new RowGroupFile(path, columns);
  }

  get rows(): number {
    return this.file.rows + this.groupRows;
  }

  /** One row, its cells in the order of the columns; they are copied. ENGINE_INVARIANT where a cell is not of its type. */
  append(cells: readonly ParquetCell[]): void {
    for (let index = 0; index < this.buffers.length; index += 1) {
      const column = this.columns[index];
      const cell = cells[index];
      if (column === undefined || cell === undefined) throw new RangeError('a row is too short');
      if (cell !== null && Array.isArray(cell) !== column.repeated) throw wrongValue(column.type, cell);
      this.buffers[index]?.append(cell, this.groupRows);
    }
    this.groupRows += 1;
    if (this.groupRows >= this.rowGroupRows || this.isLarge()) this.endRowGroup();
  }

  /** Writes what is open and the footer, and closes the file. */
  finish(): { readonly rows: number; readonly bytes: number } {
    if (this.groupRows > 0) this.endRowGroup();
    return this.file.finish();
  }

  /** Closes the file as it is, which is no Parquet file. Nothing happens when it is closed already. */
  close(): void {
    this.file.close();
  }

  /** Looked at now and then. */
  private isLarge(): boolean {
    if (this.groupRows % ROWS_BETWEEN_LOOKS !== 0) return false;
    return this.buffers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) >= ROW_GROUP_BYTES;
  }

  private endRowGroup(): void {
    const rows = this.groupRows;
    const chunks = this.buffers.map((buffer) => buffer.finish(rows, this.pages));
    this.file.write({ rows, pages: this.pages.take(), chunks });
    this.groupRows = 0;
  }
}
