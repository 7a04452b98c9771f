/** How generated models spell types, names, texts and expressions for a warehouse. */
import { compileToBigQuerySql } from '../../../core/expression/to-bigquery-sql.ts';
import { compileToDuckDbSql } from '../../../core/expression/to-duckdb-sql.ts';
import type { Expression } from '../../../core/expression/expression.ts';
import type { ColumnType } from '../../../core/types/column-type.ts';
import { bigqueryName, bigqueryText } from '../../../core/warehouse/bigquery-text.ts';
import { bigqueryType } from '../../../core/warehouse/bigquery-type.ts';
import { duckdbType } from '../../../core/warehouse/duckdb-type.ts';
import { sqlName, sqlText } from '../../../core/warehouse/sql-text.ts';
import type { WarehouseTarget } from './warehouse-target.ts';

export interface ModelDialect {
  readonly kind: WarehouseTarget['kind'];
  readonly type: (type: ColumnType, repeated?: boolean) => string;
  readonly name: (name: string) => string;
  readonly text: (text: string | null) => string;
  readonly expression: (expression: Expression) => string;
}

const DUCKDB_MODELS: ModelDialect = {
  kind: 'duckdb',
  type: duckdbType,
  name: sqlName,
  text: sqlText,
  expression: (expression) => compileToDuckDbSql(expression),
};

const BIGQUERY_MODELS: ModelDialect = {
  kind: 'bigquery',
  type: bigqueryType,
  name: bigqueryName,
  text: bigqueryText,
  expression: (expression) => compileToBigQuerySql(expression),
};

export function modelDialect(warehouse: WarehouseTarget): ModelDialect {
  return warehouse.kind === 'duckdb' ? DUCKDB_MODELS : BIGQUERY_MODELS;
}

/** The end of a SELECT of values that has no row. */
export const NO_ROW = 'from (select 1 as one) as nothing where false';
/** Day (UTC) on which the row's load was published: BigQuery's tables of staging and of records are partitioned by it. */
export const PUBLISHED_ON = '_published_on';
