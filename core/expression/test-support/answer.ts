/** What an engine answers, as a text that two engines can be compared by. */
import { isMarketsError } from '../../errors/markets-error.ts';
import type { Value } from '../../types/column-type.ts';
import type { Expression } from '../expression.ts';
import { compileToJavaScript } from '../to-javascript.ts';
import { COLUMN_NAMES } from './random-rows.ts';

/** A value as a comparable text, or 'error'. */
export type Answer = string;

export const NOW = 1_675_058_400_123_456n;

export function answerOf(value: Value): Answer {
  return value === null ? 'NULL' : typeof value === 'number' ? `${typeof value} ${value + 0}` : `${typeof value} ${String(value)}`;
}

export function inJavaScript(expression: Expression, rows: readonly (readonly Value[])[]): readonly Answer[] {
  const evaluate = compileToJavaScript(expression, { column: (name) => COLUMN_NAMES.indexOf(name), currentTimestamp: NOW });
  return rows.map((row) => {
    try {
      return answerOf(evaluate(row));
    } catch (error) {
      if (isMarketsError(error, 'EXPRESSION_EVALUATION')) {
        return 'error';
      }
      throw error;
    }
  });
}
