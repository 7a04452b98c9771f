/** The tables that the lane fills, as DDL of BigQuery. Each statement may be run again and changes nothing then. */
import { bigqueryType } from './bigquery-type.ts';
import type { WarehouseDialect } from './dialect.ts';
import type { DefinedColumn, TableDefinition } from './table-definition.ts';

export function createTableStatement(table: TableDefinition, dialect: WarehouseDialect): string {
  const columns = table.columns.map((column) => columnDefinition(column, dialect));
  const options = [
    `description = ${stringLiteral(table.description)}`,
    ...(table.retentionDays === null ? [] : [`partition_expiration_days = ${String(table.retentionDays)}`]),
    ...(table.requirePartitionFilter ? ['require_partition_filter = true'] : []),
  ];
  return [
    `create table if not exists ${dialect.table(table.layer, table.name)} (\n  ${columns.join(',\n  ')}\n)`,
    'partition by _PARTITIONDATE',
    `cluster by ${table.clusterBy.map((name) => dialect.column(name)).join(', ')}`,
    `options (${options.join(', ')})`,
  ].join('\n');
}

/** One column a statement. NULL in every row that is there. */
export function addColumnStatement(table: TableDefinition, column: DefinedColumn, dialect: WarehouseDialect): string {
  return `alter table ${dialect.table(table.layer, table.name)} add column if not exists ${columnDefinition(column, dialect)}`;
}

function columnDefinition(column: DefinedColumn, dialect: WarehouseDialect): string {
  const description = column.description === '' ? '' : ` options (description = ${stringLiteral(column.description)})`;
  return `${dialect.column(column.name)} ${bigqueryType(column.type, column.repeated)}${description}`;
}

/** A text as a literal of GoogleSQL. */
function stringLiteral(text: string): string {
  const escaped = text.replace(/[\\'"\u0000-\u001f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `'${escaped}'`;
}
