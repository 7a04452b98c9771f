/** Back end: a typed expression to a function over the cells of a record. */
import type { Cell } from '../engine/output/file-output.ts';
import type { Value } from '../types/column-type.ts';
import { castValue } from './cast-value.ts';
import type { Expression } from './expression.ts';
import { compileFunction } from './javascript/compile-function.ts';

/** Fails with EXPRESSION_EVALUATION on overflow and on a cast that cannot be. */
export type RowFunction = (row: readonly Cell[]) => Value;

export interface JavaScriptOptions {
  /** The place of a column in the row. */
  readonly column: (name: string) => number;
  /** Microseconds UTC: the moment the run began. It is read at each evaluation, so that who owns the options can move it. */
  readonly currentTimestamp: bigint;
}

export function compileToJavaScript(expression: Expression, options: JavaScriptOptions): RowFunction {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'column': {
      const index = options.column(expression.name);
      return (row) => scalar(row[index]);
    }
    case 'cast': {
      const { type, operand } = expression;
      const inner = compileToJavaScript(operand, options);
      return (row) => castValue(operand.type, type, inner(row));
    }
    case 'case':
      return compileCase(expression, options);
    case 'call': {
      if (expression.function === 'current_timestamp') {
        return () => options.currentTimestamp;
      }
      const operands = expression.arguments.map((argument) => compileToJavaScript(argument, options));
      return compileFunction(expression, operands);
    }
  }
}

function scalar(cell: Cell | undefined): Value {
  // The type checker keeps REPEATED columns out of expressions, so a list never gets here.
  return cell === undefined || isList(cell) ? null : cell;
}

function isList(cell: Cell): cell is readonly Value[] {
  return Array.isArray(cell);
}

function compileCase(expression: Extract<Expression, { kind: 'case' }>, options: JavaScriptOptions): RowFunction {
  const branches = expression.branches.map(({ when, then }) => ({
    when: compileToJavaScript(when, options),
    then: compileToJavaScript(then, options),
  }));
  const otherwise = expression.otherwise === null ? () => null : compileToJavaScript(expression.otherwise, options);
  return (row) => {
    for (const { when, then } of branches) {
      if (when(row) === true) {
        return then(row);
      }
    }
    return otherwise(row);
  };
}
