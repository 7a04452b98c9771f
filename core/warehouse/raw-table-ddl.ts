/** Statements that make a table and widen it. Each can be run again: it then changes nothing. Comments say what stands where. */
import { bigqueryText } from './bigquery-text.ts';
import { bigqueryType } from './bigquery-type.ts';
import { duckdbType } from './duckdb-type.ts';
import type { TableColumn, TableDefinition, TableNames } from './table-definition.ts';

export interface DdlOptions {
  /** BigQuery: days after which a partition of a table that expires is dropped. */
  readonly partition_expiration_days: number;
  /** BigQuery: refuse queries of a table that expires that name no partition. An emulator need not know it. */
  readonly require_partition_filter: boolean;
}

export const DDL_DEFAULTS: DdlOptions = { partition_expiration_days: 30, require_partition_filter: true };

/** CREATE TABLE IF NOT EXISTS, without a semicolon. The schema or dataset must be there. */
export function createTableDdl(table: TableDefinition, names: TableNames, options: DdlOptions = DDL_DEFAULTS): string {
  const columns = table.columns.map((column) => `  ${columnDdl(column, names)}`).join(',\n');
  const create = `create table if not exists ${names.table(table.layer, table.name)} (\n${columns}\n)`;
  return names.kind === 'duckdb' ? create : [create, ...storageDdl(table, names, options)].join('\n');
}

/** ALTER TABLE for the columns that a table does not have yet, in their order; a row that stands there has NULL in them. */
export function addColumnsDdl(table: TableDefinition, existing: readonly string[], names: TableNames): readonly string[] {
  // Both warehouses know a column in any case of its letters.
  const known = new Set(existing.map((name) => name.toLowerCase()));
  const missing = table.columns.filter(({ name }) => !known.has(name.toLowerCase()));
  const target = names.table(table.layer, table.name);
  return missing.map((column) => `alter table ${target} add column if not exists ${columnDdl(column, names)}`);
}

function columnDdl(column: TableColumn, names: TableNames): string {
  const name = names.column(column.name);
  if (names.kind === 'duckdb') return `${name} ${duckdbType(column.type, column.repeated)}`;
  const options = column.description === '' ? '' : ` options (description = ${bigqueryText(column.description)})`;
  const type = column.is_native_json === true ? 'JSON' : bigqueryType(column.type, column.repeated);
  return `${name} ${type}${options}`;
}

function storageDdl(table: TableDefinition, names: TableNames, options: DdlOptions): readonly string[] {
  const expiry = table.expires
    ? [
        `partition_expiration_days = ${options.partition_expiration_days}`,
        ...(options.require_partition_filter ? ['require_partition_filter = true'] : []),
      ]
    : [];
  return [
    table.partition_by === undefined
      ? 'partition by _PARTITIONDATE'
      : `partition by timestamp_trunc(${names.column(table.partition_by)}, day)`,
    `cluster by ${table.cluster_by.map((name) => names.column(name)).join(', ')}`,
    `options (${[...expiry, `description = ${bigqueryText(table.description)}`].join(', ')})`,
  ];
}
