/**
 * Back end: a typed expression to DuckDB SQL. Every part is quoted or printed from the tree; no text of a spec gets into
 * the SQL but as a literal. Its sibling for BigQuery has the same shape: literals, casts, functions.
 */
import { MarketsError } from '../errors/markets-error.ts';
import { sqlName } from '../warehouse/sql-text.ts';
import { castSql } from './duckdb/cast.ts';
import { functionSql } from './duckdb/function.ts';
import { literalSql } from './duckdb/literal.ts';
import type { SqlScope } from './sql-scope.ts';
import type { Expression } from './expression.ts';

export interface DuckDbSqlOptions {
  /** How a column is named in the query; its quoted name by default. */
  readonly column?: (name: string) => string;
  /** SQL of current_timestamp(); without it the expression must not call it. */
  readonly currentTimestamp?: string;
}

/** An expression in parentheses where it needs them, of exactly the DuckDB type of expression.type. */
export function compileToDuckDbSql(expression: Expression, options: DuckDbSqlOptions = {}): string {
  let bound = 0;
  const scope: SqlScope = {
    sql: (each) => compile(each, scope, options),
    bind: (value, body) => {
      bound += 1;
      const name = `v${bound}`;
      return `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
    },
  };
  return scope.sql(expression);
}

function compile(expression: Expression, scope: SqlScope, options: DuckDbSqlOptions): string {
  switch (expression.kind) {
    case 'literal':
      return literalSql(expression.type, expression.value);
    case 'column':
      return options.column === undefined ? sqlName(expression.name) : options.column(expression.name);
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
