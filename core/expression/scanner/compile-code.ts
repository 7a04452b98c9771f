/** A typed expression to the sources that say what its value is. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import type { Expression } from '../expression.ts';
import { FUNCTIONS } from '../functions.ts';
import type { ScannerOptions } from '../to-scanner-code.ts';
import { booleanOperand, notCovered, type Call, type Code } from './code.ts';
import { compileArithmetic } from './compile-arithmetic.ts';
import { compileCast } from './compile-cast.ts';
import { caseCode, compileChoice } from './compile-choice.ts';
import { compileComparison } from './compile-comparison.ts';
import { compileText } from './compile-text.ts';
import { compileTime } from './compile-time.ts';
import { booleanColumn } from './condition-code.ts';
import { constantCode } from './logic.ts';
import { numberColumn, numberConstant, wholeConstant } from './number-code.ts';
import { atom } from './source.ts';
import { textColumn, textConstant } from './text-code.ts';

/** Parts are repeated in what is made of them; longer ones would make code that is slow to compile and to run. */
const PART_LENGTH_MAX = 20_000;

export function compileCode(expression: Expression, options: ScannerOptions): Code {
  const code = compile(expression, options);
  const length = Object.values(code).reduce<number>((sum, each) => sum + (typeof each === 'string' ? each.length : 0), 0);
  return length > PART_LENGTH_MAX ? notCovered('an expression of too much code') : code;
}

function compile(expression: Expression, options: ScannerOptions): Code {
  switch (expression.kind) {
    case 'literal':
      return literalCode(expression.type, expression.value);
    case 'column':
      return columnCode(expression, options);
    case 'cast':
      return compileCast(expression.operand.type, expression.type, compileCode(expression.operand, options));
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => ({
        when: booleanOperand([compileCode(when, options)], 0),
        then: compileCode(then, options),
      }));
      const { otherwise } = expression;
      return caseCode(branches, otherwise === null ? literalCode(expression.type, null) : compileCode(otherwise, options));
    }
    case 'call':
      return expression.function === 'current_timestamp' ? wholeConstant(options.currentTimestamp) : callCode(expression, options);
  }
}

function callCode(call: Call, options: ScannerOptions): Code {
  const operands = call.arguments.map((argument) => compileCode(argument, options));
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

function literalCode(type: ColumnType, value: Value): Code {
  switch (type.kind) {
    case 'STRING':
      return textConstant(typeof value === 'string' ? value : null);
    case 'BOOL':
      return constantCode(typeof value === 'boolean' ? value : null);
    case 'JSON':
    case 'BYTES':
      return notCovered(`a literal of ${type.kind}`);
    default:
      return numberConstant(value);
  }
}

function columnCode({ name, type }: Extract<Expression, { kind: 'column' }>, options: ScannerOptions): Code {
  const column = options.column(name);
  if (column === null) {
    return notCovered('a column that the scanner does not have');
  }
  const isNull = atom(column.isNull);
  if (type.kind === 'STRING' && column.text !== null) {
    return textColumn(atom(column.text), isNull, column.isAscii === undefined ? null : atom(column.isAscii));
  }
  if (type.kind === 'STRING' || type.kind === 'JSON' || type.kind === 'BYTES' || column.number === null) {
    return { kind: 'opaque', isNull, safe: 'true' };
  }
  const number = atom(column.number);
  return type.kind === 'BOOL' ? booleanColumn(number, isNull) : numberColumn(type, number, isNull);
}
