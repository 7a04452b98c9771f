/** Raw tables as the analyzer's catalog has them. */
import { bigqueryType } from '../../bigquery-type.ts';
import type { TableDefinition } from '../../table-definition.ts';
import type { CatalogTable } from './catalog.ts';

export function catalogTables(tables: readonly TableDefinition[]): Readonly<Record<string, CatalogTable>> {
  return Object.fromEntries(tables.map((table) => [table.name, catalogTable(table)]));
}

function catalogTable(table: TableDefinition): CatalogTable {
  const columns = table.columns.map(({ name, type, repeated }) => [name, bigqueryType(type, repeated)]);
  return { columns: Object.fromEntries(columns) as Record<string, string>, ingestionTimePartitioned: true };
}
