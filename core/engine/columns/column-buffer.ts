/**
 * The values of one column of one row group, held as Parquet writes them from the moment they come: one class a physical
 * form (create-column-buffer.ts chooses it). Generated scanners write into the public arrays of FixedBuffer and TextBuffer; everything else appends cells.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ColumnType } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import type { ChunkMeta, PageWriter } from './page-writer.ts';

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

/** The value is not what the contract of core/types says: a bug, so nothing may be written. */
export function wrongValue(type: ColumnType, value: unknown): MarketsError {
  return new MarketsError('ENGINE_INVARIANT', 'A value is not of its column’s type.', {
    expected: type.kind,
    found: value === null ? 'null' : typeof value,
  });
}
