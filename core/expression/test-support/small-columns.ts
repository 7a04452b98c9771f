/** One or two columns of each type that rules compare, by short names. */
import type { ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../expression.ts';
import { parseExpression } from '../parse-expression.ts';

export const SMALL_COLUMNS: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['a', { kind: 'INT64' }],
  ['b', { kind: 'INT64' }],
  ['n', { kind: 'DECIMAL', precision: 38, scale: 2 }],
  ['m', { kind: 'DECIMAL', precision: 10, scale: 3 }],
  ['s', { kind: 'STRING' }],
  ['t', { kind: 'STRING' }],
  ['o', { kind: 'BOOL' }],
  ['d', { kind: 'DATE' }],
  ['z', { kind: 'TIMESTAMP' }],
  ['f', { kind: 'FLOAT64' }],
]);

/** The typed expression; the text must be right. */
export function checked(text: string): Expression {
  const parsed = parseExpression(text, SMALL_COLUMNS);
  if (!parsed.ok) {
    throw new Error(`${text}: ${parsed.problem.message}`);
  }
  return parsed.expression;
}
