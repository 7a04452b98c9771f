/** What the parts of an SQL back end share. */
import type { Expression } from './expression.ts';

export interface SqlScope {
  readonly sql: (expression: Expression) => string;
  /** SQL that computes `value` once and uses it by a name as often as it needs. */
  readonly bind: (value: string, body: (name: string) => string) => string;
}

/** Like bind, but what costs nothing to repeat is repeated. */
export function bindOnce(expression: Expression, scope: SqlScope, body: (sql: string) => string): string {
  const sql = scope.sql(expression);
  return expression.kind === 'literal' || expression.kind === 'column' ? body(sql) : scope.bind(sql, body);
}

/** SQL that fails on evaluation, in DuckDB and in BigQuery. */
export function errorSql(message: string): string {
  return `error('${message}')`;
}
