/** Tables and columns that BigQuery needs for pruning and DuckDB has no use for, as compareWarehouses leaves them out. */
export const BIGQUERY_ONLY: readonly string[] = ['curation.int_*_keys', '*._published_on', '*.ingested_on'];
