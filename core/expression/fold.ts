/**
 * Constant folding: a call or cast of literals only is computed once, so that every engine sees the same literal. A
 * constant that fails (cast('x' as INT64)) is an error of the text. Logic with a deciding literal is that literal.
 */
import { isMarketsError } from '../errors/markets-error.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import { compileToJavaScript } from './to-javascript.ts';

export function fold(expression: Expression, offset: number): Expression {
  if (expression.kind === 'call' && (expression.function === 'and' || expression.function === 'or')) {
    const deciding = expression.function === 'or';
    const literal = expression.arguments.find((each) => each.kind === 'literal' && each.value === deciding);
    if (literal !== undefined) {
      return literal;
    }
  }
  if (!isConstant(expression)) {
    return expression;
  }
  try {
    const value = compileToJavaScript(expression, { column: () => 0, currentTimestamp: 0n })([]);
    return { kind: 'literal', type: expression.type, value };
  } catch (error) {
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) {
      return fail(offset, `A constant cannot be computed: ${error.message}`);
    }
    throw error;
  }
}

function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'cast':
      return expression.operand.kind === 'literal';
    case 'call':
      return expression.function !== 'current_timestamp' && expression.arguments.every(({ kind }) => kind === 'literal');
    default:
      return false;
  }
}
