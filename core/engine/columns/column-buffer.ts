/**
 * The values of one column of one row group, held as Parquet writes them from the moment they come: one class a physical
 * form. Generated scanners write into the public arrays of FixedBuffer and TextBuffer; everything else appends cells.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ColumnType } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import type { ParquetColumn } from '../parquet/parquet-schema.ts';
import { BooleanBuffer } from './boolean-buffer.ts';
import { BytesBuffer } from './bytes-buffer.ts';
import { FixedBuffer } from './fixed-buffer.ts';
import { ListBuffer } from './list-buffer.ts';
import type { ChunkMeta, PageWriter } from './page-writer.ts';
import { TextBuffer } from './text-buffer.ts';

/** Rows of a data page: at most 1 MiB of the widest fixed values. */
export const PAGE_ROWS = 65_536;

export interface ColumnBuffer {
  /** The cell of the next row; `row` counts from 0 in the row group. ENGINE_INVARIANT where it is not of the column's type. */
  append(cell: Cell, row: number): void;
  /** Bytes held in memory, about. */
  readonly sizeBytes: number;
  /** Writes the chunk of `rows` rows and forgets them. */
  finish(rows: number, pages: PageWriter): ChunkMeta;
}

/** `isUtf8`: see TextBuffer. */
export function columnBuffer({ type, repeated }: ParquetColumn, isUtf8 = true): ColumnBuffer {
  if (type.kind === 'DECIMAL' && (type.precision > 38 || type.scale > type.precision)) throw wrongValue(type, type.precision);
  if (repeated) return new ListBuffer(type);
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return new TextBuffer(type, isUtf8);
    case 'BYTES':
      return new BytesBuffer();
    case 'BOOL':
      return new BooleanBuffer();
    case 'INT64':
    case 'DECIMAL':
    case 'FLOAT64':
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return new FixedBuffer(type);
  }
}

/** The value is not what the contract of core/types says: a bug, so nothing may be written. */
export function wrongValue(type: ColumnType, value: unknown): MarketsError {
  return new MarketsError('ENGINE_INVARIANT', 'A value is not of its column’s type.', {
    expected: type.kind,
    found: value === null ? 'null' : typeof value,
  });
}
