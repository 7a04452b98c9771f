/** Back end: a typed expression to DuckDB SQL. Its sibling for BigQuery has the same parts: literals, casts, functions. */
import { sqlName } from '../warehouse/sql-text.ts';
import { compileToSql, type SqlDialect, type SqlOptions } from './compile-to-sql.ts';
import { castSql } from './duckdb/cast.ts';
import { functionSql } from './duckdb/function.ts';
import { literalSql } from './duckdb/literal.ts';
import type { Expression } from './expression.ts';

const DUCKDB: SqlDialect = {
  name: sqlName,
  literal: literalSql,
  cast: castSql,
  call: functionSql,
  bind: (name, value, body) => `list_transform([${value}], lambda ${name}: ${body})[1]`,
};

/** An expression in parentheses where it needs them, of exactly the DuckDB type of expression.type. */
export function compileToDuckDbSql(expression: Expression, options: SqlOptions = {}): string {
  return compileToSql(expression, DUCKDB, options);
}
