/**
 * Back end: a typed expression to GoogleSQL for BigQuery, as its sibling for DuckDB. Decimals are NUMERIC where their digits fit and BIGNUMERIC
 * else; a JSON value is its text.
 */
import { bigqueryName } from '../warehouse/bigquery-text.ts';
import { castSql } from './bigquery/cast.ts';
import { functionSql } from './bigquery/function.ts';
import { literalSql } from './bigquery/literal.ts';
import { compileToSql, type SqlDialect, type SqlOptions } from './compile-to-sql.ts';
import type { Expression } from './expression.ts';

const BIGQUERY: SqlDialect = {
  name: bigqueryName,
  literal: literalSql,
  cast: castSql,
  call: functionSql,
  bind: (name, value, body) => `(SELECT ${body} FROM (SELECT ${value} AS ${name}))`,
};

/** An expression in parentheses where it needs them, of the type bigqueryBaseType(expression.type). */
export function compileToBigQuerySql(expression: Expression, options: SqlOptions = {}): string {
  return compileToSql(expression, BIGQUERY, options);
}
