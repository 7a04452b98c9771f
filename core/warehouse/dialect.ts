/** What differs between the warehouses in SQL of ours outside dbt: names of tables, and the few words that are spelled otherwise. */
import { MarketsError } from '../errors/markets-error.ts';
import { sqlName } from './sql-text.ts';

export const LAYERS = ['raw', 'staging', 'snapshots', 'dimensions', 'curation', 'consumer', 'control'] as const;
export type Layer = (typeof LAYERS)[number];

export interface WarehouseDialect {
  readonly kind: 'duckdb' | 'bigquery';
  /** The quoted name of a table, view or table function of a layer. */
  table(layer: Layer, name: string): string;
  /** The quoted name of a column. */
  column(name: string): string;
  /** An expression as text, as both warehouses print whole numbers, dates and texts alike. */
  asText(expression: string): string;
  /** An expression as a whole number of 64 bits. */
  asInteger(expression: string): string;
  /** The columns of tables of the layers: layer, table_name, column_name in their order. */
  columnsQuery(layers: readonly Layer[]): string;
}

export const DUCKDB_DIALECT: WarehouseDialect = {
  kind: 'duckdb',
  table: (layer, name) => `${sqlName(layer)}.${sqlName(name)}`,
  column: sqlName,
  asText: (expression) => `cast(${expression} as varchar)`,
  asInteger: (expression) => `cast(${expression} as bigint)`,
  columnsQuery: (layers) =>
    `select schema_name as layer, table_name, column_name from duckdb_columns() where database_name = current_database()
     and schema_name in (${layers.map((layer) => `'${layer}'`).join(', ')}) order by 1, 2, column_index`,
};

export interface BigqueryNames {
  readonly project: string;
  /** In front of every dataset; '' for none. */
  readonly datasetPrefix: string;
}

/** CONFIG_INVALID for a project or prefix that is none. */
export function bigqueryDialect({ project, datasetPrefix }: BigqueryNames): WarehouseDialect {
  if (!/^[a-z0-9.:-]{1,100}$/.test(project) || !/^[A-Za-z0-9_]{0,100}$/.test(datasetPrefix)) {
    throw new MarketsError('CONFIG_INVALID', 'The names of the BigQuery warehouse are wrong.', {
      expected: 'warehouse.project in lower case, warehouse.dataset_prefix of letters, digits and _',
      found: `${project}, ${datasetPrefix}`,
    });
  }
  const dataset = (layer: Layer): string => `${project}.${datasetPrefix}${layer}`;
  return {
    kind: 'bigquery',
    table: (layer, name) => bigqueryName(`${dataset(layer)}.${name}`),
    column: bigqueryName,
    asText: (expression) => `cast(${expression} as string)`,
    asInteger: (expression) => `cast(${expression} as int64)`,
    columnsQuery: (layers) =>
      layers
        .map(
          (layer) =>
            `select '${layer}' as layer, table_name, column_name, ordinal_position from ${bigqueryName(`${dataset(layer)}.INFORMATION_SCHEMA.COLUMNS`)}`,
        )
        .join(' union all ') + ' order by 1, 2, ordinal_position',
  };
}

/** A name between backticks. WAREHOUSE_QUERY for one that BigQuery cannot have. */
function bigqueryName(name: string): string {
  if (!/^[\p{L}\p{N}\p{M}_.:\- ]{1,1024}$/u.test(name)) {
    throw new MarketsError('WAREHOUSE_QUERY', 'A name cannot stand in BigQuery.', {
      expected: 'letters, digits, _, - and blanks',
      found: JSON.stringify(name.slice(0, 100)),
    });
  }
  return `\`${name}\``;
}
