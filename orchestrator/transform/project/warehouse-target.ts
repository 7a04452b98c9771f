/** The warehouse that dbt builds: the file below the root, or datasets of a Google Cloud project. */

export interface DuckdbWarehouse {
  readonly kind: 'duckdb';
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
