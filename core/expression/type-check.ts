/** From the tree as written to the typed tree: names resolved, operands brought to common types by explicit casts. */
import type { ColumnType } from '../types/column-type.ts';
import { parseDecimal } from '../types/decimal.ts';
import { nearestWord } from '../types/nearest-word.ts';
import { readValue } from '../types/read-value.ts';
import { INT64_MAX, INT64_MIN } from '../types/scalar-readers.ts';
import { parseType, printType, TYPE_NAMES } from '../types/type-text.ts';
import { canCast } from './cast-value.ts';
import { checkCall } from './check-call.ts';
import { coerce, commonType, UNTYPED_NULL } from './coercion.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import { fold } from './fold.ts';
import { FUNCTION_ALIASES, FUNCTIONS, isFunctionName, type FunctionName } from './functions.ts';
import type { Syntax } from './syntax.ts';

export const BOOL: ColumnType = { kind: 'BOOL' };

/** Columns by name. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>;

export function checkTypes(syntax: Syntax, columns: ColumnTypes): Expression {
  switch (syntax.kind) {
    case 'null':
      return UNTYPED_NULL;
    case 'boolean':
      return { kind: 'literal', type: BOOL, value: syntax.value };
    case 'number':
      return checkNumber(syntax.text, syntax.offset);
    case 'string':
      return { kind: 'literal', type: { kind: 'STRING' }, value: syntax.value };
    case 'temporal':
      return checkTemporal(syntax);
    case 'name':
      return checkName(syntax.name, syntax.offset, columns);
    case 'cast':
      return checkCast(syntax, columns);
    case 'case':
      return checkCase(syntax, columns);
    case 'call':
      return checkAnyCall(syntax, columns);
  }
}

/** The expression as a condition. */
export function asCondition(expression: Expression, offset: number): Expression {
  if (expression !== UNTYPED_NULL && expression.type.kind !== 'BOOL') {
    fail(offset, 'A condition is needed here.', { expected: 'BOOL', found: printType(expression.type) });
  }
  return coerce(expression, BOOL, offset);
}

/** Whole numbers that INT64 holds are INT64, all others exact decimals of just their digits: 1e9 is 1000000000. */
function checkNumber(text: string, offset: number): Expression {
  const written = parseDecimal(text);
  const length = written === undefined ? 99 : String(written.digits).replace('-', '').length;
  if (written === undefined || Math.max(length, written.scale) > 38) {
    return fail(offset, 'A number has too many digits.', { expected: 'at most 38 digits', found: text });
  }
  const { digits, scale } = written;
  if (scale === 0 && digits >= INT64_MIN && digits <= INT64_MAX) {
    return { kind: 'literal', type: { kind: 'INT64' }, value: digits };
  }
  return { kind: 'literal', type: { kind: 'DECIMAL', precision: Math.max(length, scale), scale }, value: digits };
}

function checkTemporal(syntax: Extract<Syntax, { kind: 'temporal' }>): Expression {
  const type: ColumnType = { kind: syntax.type };
  const reading = readValue(type, syntax.text);
  if (!reading.ok) {
    return fail(syntax.offset, `'${syntax.text}' is no ${syntax.type}.`, { expected: reading.expected, found: syntax.text });
  }
  return { kind: 'literal', type, value: reading.value };
}

function checkName(name: string, offset: number, columns: ColumnTypes): Expression {
  const type = columns.get(name);
  if (type === undefined) {
    const nearest = nearestWord(name, columns.keys());
    return fail(offset, `There is no column ${name}.`, {
      expected: nearest === undefined ? `one of ${[...columns.keys()].join(', ')}` : `perhaps ${nearest}`,
      found: name,
    });
  }
  return { kind: 'column', type, name };
}

function checkCast(syntax: Extract<Syntax, { kind: 'cast' }>, columns: ColumnTypes): Expression {
  const type = parseType(syntax.type);
  if (type === undefined) {
    return fail(syntax.typeOffset, `There is no type ${syntax.type}.`, {
      expected: `${TYPE_NAMES.join(', ')}, NUMERIC(p,s)`,
      found: syntax.type,
    });
  }
  const operand = checkTypes(syntax.operand, columns);
  if (operand !== UNTYPED_NULL && !canCast(operand.type, type)) {
    fail(syntax.offset, `${printType(operand.type)} cannot be cast to ${printType(type)}.`, { found: printType(operand.type) });
  }
  return fold(coerce(operand, type, syntax.offset), syntax.offset);
}

function checkCase(syntax: Extract<Syntax, { kind: 'case' }>, columns: ColumnTypes): Expression {
  const whens = syntax.branches.map(({ when }) => asCondition(checkTypes(when, columns), when.offset));
  const thens = syntax.branches.map(({ then }) => checkTypes(then, columns));
  const otherwise = syntax.otherwise === null ? null : checkTypes(syntax.otherwise, columns);
  return caseOf(whens, thens, otherwise, syntax.offset);
}

function caseOf(whens: readonly Expression[], thens: readonly Expression[], otherwise: Expression | null, offset: number): Expression {
  const type = commonType(otherwise === null ? thens : [...thens, otherwise], offset);
  const branches = whens.map((when, index) => ({ when, then: coerce(thens[index] ?? UNTYPED_NULL, type, offset) }));
  return { kind: 'case', type, branches, otherwise: otherwise === null ? null : coerce(otherwise, type, offset) };
}

function checkAnyCall(syntax: Extract<Syntax, { kind: 'call' }>, columns: ColumnTypes): Expression {
  if (syntax.distinct === true) {
    fail(syntax.offset, 'DISTINCT belongs to the aggregates of file-level rules.', { found: 'distinct' });
  }
  const { offset, function: written } = syntax;
  if (written === 'date_diff' && syntax.arguments.length === 3) {
    return checkAnyCall({ ...syntax, arguments: withoutDay(syntax) }, columns);
  }
  const operands = syntax.arguments.map((argument) => checkTypes(argument, columns));
  if (written === 'if') {
    return checkIf(operands, syntax);
  }
  if (written === 'current_date' && operands.length === 0) {
    const now: Expression = { kind: 'call', type: { kind: 'TIMESTAMP' }, function: 'current_timestamp', arguments: [] };
    return { kind: 'call', type: { kind: 'DATE' }, function: 'date', arguments: [now] };
  }
  return fold(checkCall(functionName(written, offset), operands, syntax), offset);
}

function checkIf(operands: readonly Expression[], syntax: Extract<Syntax, { kind: 'call' }>): Expression {
  const [when, then, otherwise] = operands;
  if (when === undefined || then === undefined || otherwise === undefined || operands.length > 3) {
    return fail(syntax.offset, 'if takes 3 arguments.', { expected: 'if(condition, a, b)', found: `${operands.length}` });
  }
  return caseOf([asCondition(when, syntax.offset)], [then], otherwise, syntax.offset);
}

function withoutDay(syntax: Extract<Syntax, { kind: 'call' }>): readonly Syntax[] {
  const unit = syntax.arguments[2];
  if (unit?.kind !== 'name' || unit.name.toLowerCase() !== 'day') {
    fail(unit?.offset ?? syntax.offset, 'date_diff counts days.', { expected: 'date_diff(a, b) or date_diff(a, b, day)' });
  }
  return syntax.arguments.slice(0, 2);
}

const AGGREGATES: readonly string[] = ['count', 'sum', 'min', 'max'];

function functionName(written: string, offset: number): FunctionName {
  const name = FUNCTION_ALIASES[written] ?? written;
  if (isFunctionName(name)) {
    return name;
  }
  if (AGGREGATES.includes(name)) {
    return fail(offset, `${name} belongs to file-level rules: a row has nothing to add up.`, { found: name });
  }
  const nearest = nearestWord(name, Object.keys(FUNCTIONS));
  return fail(offset, `There is no function ${written}.`, {
    expected: nearest === undefined ? 'a function of docs/reference/expressions.md' : `perhaps ${nearest}`,
    found: written,
  });
}
