/** The warehouse that dbt builds: the file below the root, or datasets of a Google Cloud project. */

export interface DuckdbWarehouse {
  readonly kind: 'duckdb';
  /** What DuckDB may take while dbt builds, in MiB; null for its own bound, 80 % of the machine's memory. What does not fit goes to disk. */
  readonly memory_mb?: number | null;
}

/** As `warehouse:` of config/<env>.yaml says it. */
export interface BigqueryWarehouse {
  readonly kind: 'bigquery';
  readonly project: string;
  /** Region or multi-region of the datasets, e.g. europe-west1. */
  readonly location: string;
  /** In front of the name of every dataset; '' for none. */
  readonly dataset_prefix: string;
  /** Only for emulators, which take any token. Without it: application default credentials. */
  readonly api_endpoint?: string | null;
  /** Of one query; a query that would read more fails before it costs anything. null for no limit. */
  readonly maximum_bytes_billed?: number | string | null;
  /** On every job, beside the name of the model. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly priority?: 'interactive' | 'batch';
  /** Models that are built at the same time. */
  readonly threads?: number;
  /** Name of dbt's target: int or prod. */
  readonly environment?: string;
}

export type WarehouseTarget = DuckdbWarehouse | BigqueryWarehouse;

export const DUCKDB: DuckdbWarehouse = { kind: 'duckdb' };
