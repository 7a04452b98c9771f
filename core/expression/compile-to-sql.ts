/**
 * What both SQL back ends do alike: walk a typed expression and put the parts together. Every part is quoted or printed from the tree; no text
 * of a spec gets into the SQL but as a literal.
 */
import { MarketsError } from '../errors/markets-error.ts';
import type { ColumnType } from '../types/column-type.ts';
import type { Expression } from './expression.ts';
import type { SqlScope } from './sql-scope.ts';

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

export interface SqlOptions {
  /** How a column is named in the query; its quoted name by default. */
  readonly column?: (name: string) => string;
  /** SQL of current_timestamp(); without it the expression must not call it. */
  readonly currentTimestamp?: string;
}

/** What differs between dialects. */
export interface SqlDialect {
  readonly name: (column: string) => string;
  readonly literal: (type: ColumnType, value: Of<'literal'>['value']) => string;
  readonly cast: (from: ColumnType, to: ColumnType, sql: string, scope: SqlScope) => string;
  readonly call: (call: Of<'call'>, scope: SqlScope) => string;
  /** SQL that computes `value` once under `name`, for `body`. */
  readonly bind: (name: string, value: string, body: string) => string;
}

/** EXPRESSION_INVALID for a call of current_timestamp() without `options.currentTimestamp`. */
export function compileToSql(expression: Expression, dialect: SqlDialect, options: SqlOptions): string {
  let bound = 0;
  const scope: SqlScope = {
    sql: (each) => compile(each, scope, dialect, options),
    bind: (value, body) => {
      bound += 1;
      const name = `v${bound}`;
      return dialect.bind(name, value, body(name));
    },
  };
  return scope.sql(expression);
}

function compile(expression: Expression, scope: SqlScope, dialect: SqlDialect, options: SqlOptions): string {
  switch (expression.kind) {
    case 'literal':
      return dialect.literal(expression.type, expression.value);
    case 'column':
      return (options.column ?? dialect.name)(expression.name);
    case 'cast':
      return dialect.cast(expression.operand.type, expression.type, scope.sql(expression.operand), scope);
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => `WHEN ${scope.sql(when)} THEN ${scope.sql(then)}`);
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${scope.sql(expression.otherwise)}`;
      return `CASE ${branches.join(' ')}${otherwise} END`;
    }
    case 'call':
      if (expression.function === 'current_timestamp') {
        return options.currentTimestamp ?? withoutNow();
      }
      return dialect.call(expression, scope);
  }
}

function withoutNow(): never {
  throw new MarketsError('EXPRESSION_INVALID', 'current_timestamp() has no meaning here.', {
    expected: 'an expression that gives the same at any time',
  });
}
