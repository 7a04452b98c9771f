/**
 * Constant folding: a call or cast of literals only is computed once, so that every engine sees the same literal. A
 * constant that fails (cast('x' as INT64)) is an error of the text. Logic with a deciding literal is that literal, a
 * function that NULL makes NULL is NULL: engines simplify so too, and errors of the other arguments would be seen or not.
 */
import { isMarketsError } from '../errors/markets-error.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import { comparerOf } from './javascript/comparison.ts';
import { FUNCTIONS } from './functions.ts';
import { compileToJavaScript } from './to-javascript.ts';

export function fold(expression: Expression, offset: number): Expression {
  if (expression.kind === 'call' && (expression.function === 'and' || expression.function === 'or')) {
    const deciding = expression.function === 'or';
    const literal = expression.arguments.find((each) => each.kind === 'literal' && each.value === deciding);
    if (literal !== undefined) {
      return literal;
    }
  }
  if (expression.kind === 'call' && expression.function === 'coalesce') {
    const deciding = expression.arguments.findIndex((each) => each.kind === 'literal' && each.value !== null);
    const [first] = expression.arguments;
    if (deciding === 0 && first !== undefined) {
      return first;
    }
    if (deciding > 0 && deciding < expression.arguments.length - 1) {
      return { ...expression, arguments: expression.arguments.slice(0, deciding + 1) };
    }
  }
  if (expression.kind === 'call' && isNullByLiteral(expression)) {
    return { kind: 'literal', type: expression.type, value: null };
  }
  if (expression.kind === 'call' && expression.function === 'between' && isOutsideByLiterals(expression)) {
    return { kind: 'literal', type: expression.type, value: false };
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

/** Whether a between is false by literals alone, whatever its third operand is. */
function isOutsideByLiterals(call: Extract<Expression, { kind: 'call' }>): boolean {
  const [value, low, high] = call.arguments.map((each) => (each.kind === 'literal' ? each.value : null));
  const compare = comparerOf(call.arguments[0]?.type.kind ?? 'STRING');
  const isKnown = value !== null && value !== undefined;
  return (
    isKnown &&
    ((low !== null && low !== undefined && compare(value, low) < 0) || (high !== null && high !== undefined && compare(value, high) > 0))
  );
}

/** Functions that are NULL when any argument is: a literal NULL decides, whatever the others are. */
const STRICT_GROUPS: readonly string[] = ['arithmetic', 'text', 'time'];
const STRICT: readonly string[] = ['=', '<>', '<', '<=', '>', '>=', 'like', 'not', 'least', 'greatest'];

function isNullByLiteral(call: Extract<Expression, { kind: 'call' }>): boolean {
  const isStrict = STRICT_GROUPS.includes(FUNCTIONS[call.function].group) || STRICT.includes(call.function);
  const deciding = isStrict ? call.arguments : ['in', 'nullif'].includes(call.function) ? call.arguments.slice(0, 1) : [];
  return deciding.some((argument) => argument.kind === 'literal' && argument.value === null);
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
