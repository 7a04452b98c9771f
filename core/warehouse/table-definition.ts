/** A table that the lane makes itself, outside dbt, as data: from it follow the DDL of both warehouses and what loads may write. */
import type { ColumnType } from '../types/column-type.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly repeated: boolean;
  /** '' for none. */
  readonly description: string;
  /** BigQuery: its own type JSON, which another writer of the table needs; else JSON is kept as its text. */
  readonly is_native_json?: boolean;
}

export interface TableDefinition {
  readonly layer: 'raw';
  readonly name: string;
  readonly description: string;
  /** Every column may be NULL: what is required of a source's rows was judged before they are loaded. */
  readonly columns: readonly TableColumn[];
  /** BigQuery: at most four, of types that can be clustered by. */
  readonly cluster_by: readonly string[];
  /** BigQuery: the TIMESTAMP whose days are the partitions; the day of loading where it is left out. */
  readonly partition_by?: string;
  /** BigQuery: whether partitions, one for each day of loading, are dropped after the configured days. */
  readonly expires: boolean;
}

/** How the tables are called: the SQL dialect of the warehouse, with its project and prefix. */
export interface TableNames {
  readonly kind: 'duckdb' | 'bigquery';
  /** The quoted name. */
  table(layer: 'raw', name: string): string;
  column(name: string): string;
}
