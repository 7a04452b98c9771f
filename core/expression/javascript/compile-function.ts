/** A call of the catalogue to a closure, by group. Operands have the types that the type checker gave them. */
import type { Expression } from '../expression.ts';
import type { RowFunction } from '../to-javascript.ts';
import { compileArithmetic } from './arithmetic.ts';
import { compileChoice } from './choice.ts';
import { compileComparison } from './comparison.ts';
import { compileText } from './text.ts';
import { compileTime } from './time.ts';
import { FUNCTIONS } from '../functions.ts';

export type Call = Extract<Expression, { kind: 'call' }>;
export type Operands = readonly RowFunction[];

export function compileFunction(call: Call, operands: Operands): RowFunction {
  switch (FUNCTIONS[call.function].group) {
    case 'comparison':
    case 'logic':
      return compileComparison(call, operands);
    case 'arithmetic':
      return compileArithmetic(call, operands);
    case 'text':
      return compileText(call, operands);
    case 'time':
      return compileTime(call, operands);
    case 'choice':
      return compileChoice(call, operands);
  }
}
