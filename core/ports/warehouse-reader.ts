/**
 * Reading the warehouse: one statement that reads, exact values, rows as they come. Nothing can be changed through it, and no file or
 * network be reached. Values are in the in-memory form of core/types/column-type.ts. Every adapter runs warehouse-reader.contract.ts.
 */
import type { ColumnType, Value } from '../types/column-type.ts';
import type { WarehouseDialect } from '../warehouse/dialect.ts';

export interface WarehouseColumn {
  readonly name: string;
  /** A type of the warehouse that is none of ours comes as STRING, its values printed. */
  readonly type: ColumnType;
  readonly repeated: boolean;
}

export type WarehouseValue = Value | readonly Value[];
export type WarehouseRow = readonly WarehouseValue[];

/** What a warehouse that is paid by the byte says about one statement. */
export interface QueryCost {
  readonly bytesProcessed: bigint;
  /** null before it ran. */
  readonly bytesBilled: bigint | null;
}

export interface WarehouseRows {
  readonly columns: readonly WarehouseColumn[];
  /** Batches of bounded size; read once. */
  readonly batches: AsyncIterable<readonly WarehouseRow[]>;
  /** null where reading costs nothing. */
  readonly cost: QueryCost | null;
}

export interface WarehouseReader {
  readonly dialect: WarehouseDialect;
  /**
   * Runs one reading statement; `parameters` are texts for its `?`. WAREHOUSE_QUERY where the statement is wrong, is not exactly one, or does
   * more than read; WAREHOUSE_COST where it would read more than is allowed; WAREHOUSE_UNAVAILABLE where nobody answers. One query at a time.
   */
  query(sql: string, parameters?: readonly string[]): Promise<WarehouseRows>;
  /** What the statement would cost, without running it; null where reading costs nothing. Errors as of `query`. */
  estimate(sql: string, parameters?: readonly string[]): Promise<QueryCost | null>;
  close(): void;
}
