/**
 * Reading the warehouse: one statement that reads, exact values, rows as they come. Nothing can be changed through it, and no file or
 * network be reached. Values are in the in-memory form of core/types/column-type.ts.
 */
import type { ColumnType, Value } from '../types/column-type.ts';

export interface WarehouseColumn {
  readonly name: string;
  /** A type of the warehouse that is none of ours comes as STRING, its values printed. */
  readonly type: ColumnType;
  readonly repeated: boolean;
}

export type WarehouseValue = Value | readonly Value[];
export type WarehouseRow = readonly WarehouseValue[];

export interface WarehouseRows {
  readonly columns: readonly WarehouseColumn[];
  /** Batches of bounded size; read once. */
  readonly batches: AsyncIterable<readonly WarehouseRow[]>;
}

export interface WarehouseReader {
  /**
   * Runs one reading statement; `parameters` are texts for its `?`. WAREHOUSE_QUERY where the statement is wrong, is not exactly one, or does
   * more than read. One query at a time.
   */
  query(sql: string, parameters?: readonly string[]): Promise<WarehouseRows>;
  close(): void;
}
