/** Expressions on rows in GoogleSQL's reference implementation, row by row, errors included. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import { bigqueryBaseType } from '../../warehouse/bigquery-type.ts';
import type { GoogleSqlAnalyzer } from '../../warehouse/test-support/google-sql/analyzer.ts';
import type { GoogleSqlValue } from '../../warehouse/test-support/google-sql/cell.ts';
import { literalSql } from '../bigquery/literal.ts';
import type { Expression } from '../expression.ts';
import { compileToBigQuerySql } from '../to-bigquery-sql.ts';
import { answerOf, type Answer } from './answer.ts';
import { COLUMNS } from './random-rows.ts';

export const NOW_SQL = "TIMESTAMP '2023-01-30 06:00:00.123456+00'";
type Rows = readonly (readonly Value[])[];

export function bigQuerySql(expression: Expression): string {
  return compileToBigQuerySql(expression, { currentTimestamp: NOW_SQL });
}

/** A query over the rows, in their order: `select` is the list behind SELECT. */
export function queryOver(rows: Rows, select: string): string {
  const types = [...COLUMNS];
  const selects = rows.map((row, n) => {
    const cells = types.map(([name, type], index) => `${literalSql(type, row[index] ?? null)} AS ${name}`);
    return `SELECT ${n} AS n, ${cells.join(', ')}`;
  });
  return `SELECT ${select} FROM (${selects.join(' UNION ALL ')}) AS tried ORDER BY n`;
}

/** The answers of all rows; where one fails, each is asked for alone. */
export async function googleSqlAnswers(analyzer: GoogleSqlAnalyzer, expression: Expression, rows: Rows): Promise<readonly Answer[]> {
  const all = await ask(analyzer, expression, rows);
  if (all !== 'error') return all;
  if (rows.length === 1) return ['error'];
  const single: Answer[] = [];
  for (const row of rows) single.push(...(await googleSqlAnswers(analyzer, expression, [row])));
  return single;
}

async function ask(analyzer: GoogleSqlAnalyzer, expression: Expression, rows: Rows): Promise<readonly Answer[] | 'error'> {
  const sql = queryOver(rows, bigQuerySql(expression));
  const evaluation = await analyzer.evaluate(sql);
  if (!evaluation.ok) {
    if (evaluation.failed) return 'error';
    throw new Error(`${evaluation.message}\n${sql}`);
  }
  const [type] = evaluation.types;
  if (type !== bigqueryBaseType(expression.type)) {
    throw new Error(`expected ${bigqueryBaseType(expression.type)}, found ${type ?? 'nothing'}\n${sql}`);
  }
  return evaluation.rows.map(([value = null]) => answerOf(inType(expression.type, value)));
}

/** A decimal's digits at the scale of its type; NUMERIC has 9 and BIGNUMERIC 38. What does not fit it shows. */
function inType(type: ColumnType, value: GoogleSqlValue): Value {
  if (Array.isArray(value)) throw new Error('expected a single value, found a list');
  const plain = value as Value;
  if (type.kind !== 'DECIMAL' || typeof plain !== 'bigint') return plain;
  const unit = 10n ** BigInt((bigqueryBaseType(type) === 'NUMERIC' ? 9 : 38) - type.scale);
  return plain % unit === 0n ? plain / unit : `${plain} has more than ${type.scale} decimals`;
}
