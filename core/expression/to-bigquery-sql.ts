/**
 * Back end: a typed expression to GoogleSQL for BigQuery. Like its sibling for DuckDB: every part is quoted or printed from the tree, and no
 * text of a spec gets into the SQL but as a literal. Decimals are NUMERIC where their digits fit and BIGNUMERIC else; a JSON value is its text.
 */
import { MarketsError } from '../errors/markets-error.ts';
import { bigqueryName } from '../warehouse/bigquery-text.ts';
import { castSql } from './bigquery/cast.ts';
import { functionSql } from './bigquery/function.ts';
import { literalSql } from './bigquery/literal.ts';
import type { Expression } from './expression.ts';
import type { SqlScope } from './sql-scope.ts';

export interface BigQuerySqlOptions {
  /** How a column is named in the query; its quoted name by default. */
  readonly column?: (name: string) => string;
  /** SQL of current_timestamp(); without it the expression must not call it. */
  readonly currentTimestamp?: string;
}

/** An expression in parentheses where it needs them, of the type bigqueryBaseType(expression.type). */
export function compileToBigQuerySql(expression: Expression, options: BigQuerySqlOptions = {}): string {
  let bound = 0;
  const scope: SqlScope = {
    sql: (each) => compile(each, scope, options),
    bind: (value, body) => {
      bound += 1;
      const name = `v${bound}`;
      return `(SELECT ${body(name)} FROM (SELECT ${value} AS ${name}))`;
    },
  };
  return scope.sql(expression);
}

function compile(expression: Expression, scope: SqlScope, options: BigQuerySqlOptions): string {
  switch (expression.kind) {
    case 'literal':
      return literalSql(expression.type, expression.value);
    case 'column':
      return options.column === undefined ? bigqueryName(expression.name) : options.column(expression.name);
    case 'cast':
      return castSql(expression.operand.type, expression.type, scope.sql(expression.operand), scope);
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => `WHEN ${scope.sql(when)} THEN ${scope.sql(then)}`);
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${scope.sql(expression.otherwise)}`;
      return `CASE ${branches.join(' ')}${otherwise} END`;
    }
    case 'call':
      if (expression.function === 'current_timestamp') {
        return options.currentTimestamp ?? withoutNow();
      }
      return functionSql(expression, scope);
  }
}

function withoutNow(): never {
  throw new MarketsError('EXPRESSION_INVALID', 'current_timestamp() has no meaning here.', {
    expected: 'an expression that gives the same at any time',
  });
}
