/** The door of this room: text to a typed expression, or what is wrong with it and where. */
import type { ColumnType } from '../types/column-type.ts';
import { printType } from '../types/type-text.ts';
import { canCast } from './cast-value.ts';
import { coerce, UNTYPED_NULL } from './coercion.ts';
import { ExpressionProblemError, fail, type ExpressionProblem } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import { fold } from './fold.ts';
import { parseSyntax } from './parser.ts';
import type { Syntax } from './syntax.ts';
import { asCondition, checkTypes, type ColumnTypes } from './type-check.ts';

export type ParsedExpression =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly problem: ExpressionProblem };

/** An expression of whatever type it has. */
export function parseExpression(text: string, columns: ColumnTypes): ParsedExpression {
  return attempt(() => {
    const expression = checkTypes(parseSyntax(text), columns);
    return expression === UNTYPED_NULL ? coerce(expression, { kind: 'STRING' }, 0) : expression;
  });
}

/** A rule: an expression of type BOOL. */
export function parseCondition(text: string, columns: ColumnTypes): ParsedExpression {
  return attempt(() => asCondition(checkTypes(parseSyntax(text), columns), 0));
}

/** A condition whose tree was read already. */
export function checkCondition(syntax: Syntax, columns: ColumnTypes): ParsedExpression {
  return attempt(() => asCondition(checkTypes(syntax, columns), 0));
}

/** The expression cast to a type where it has another. */
export function castTo(expression: Expression, type: ColumnType): ParsedExpression {
  return attempt(() => {
    const isNull = expression.kind === 'literal' && expression.value === null;
    if (!isNull && !canCast(expression.type, type)) {
      fail(0, `${printType(expression.type)} cannot be cast to ${printType(type)}.`, {
        expected: printType(type),
        found: printType(expression.type),
      });
    }
    return fold(coerce(isNull ? UNTYPED_NULL : expression, type, 0), 0);
  });
}

export function attempt(make: () => Expression): ParsedExpression {
  try {
    return { ok: true, expression: make() };
  } catch (error) {
    if (error instanceof ExpressionProblemError) {
      return { ok: false, problem: error.problem };
    }
    throw error;
  }
}
