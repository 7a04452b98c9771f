/** Which common type operands are brought to, and the casts that bring them there. Literals are converted at once. */
import { MarketsError } from '../errors/markets-error.ts';
import type { ColumnType } from '../types/column-type.ts';
import { readValue } from '../types/read-value.ts';
import { printType, sameType } from '../types/type-text.ts';
import { castValue } from './cast-value.ts';
import { fail } from './expression-problem.ts';
import type { Expression } from './expression.ts';

/** The literal NULL before its type is known; compared by identity. */
export const UNTYPED_NULL: Expression = { kind: 'literal', type: { kind: 'STRING' }, value: null };

export type Decimal = Extract<ColumnType, { kind: 'DECIMAL' }>;

export function isNumeric(type: ColumnType): boolean {
  return type.kind === 'INT64' || type.kind === 'DECIMAL' || type.kind === 'FLOAT64';
}

const TEMPORAL_KINDS: readonly string[] = ['DATE', 'TIME', 'DATETIME', 'TIMESTAMP'];

/** A decimal of that many digits before and behind the mark, cut to 38 digits in all. */
export function decimal(whole: number, scale: number): Decimal {
  return { kind: 'DECIMAL', precision: Math.max(1, Math.min(38, whole + scale)), scale };
}

/** The digits that a whole or decimal operand can have; a literal's own digits. */
export function asDecimal(expression: Expression): Decimal | undefined {
  if (expression.type.kind === 'DECIMAL') {
    return expression.type;
  }
  if (expression.type.kind !== 'INT64') {
    return undefined;
  }
  const literal = expression.kind === 'literal' && typeof expression.value === 'bigint' ? expression.value : null;
  return decimal(literal === null ? 19 : String(literal < 0n ? -literal : literal).length, 0);
}

/** The common type of operands that are compared or chosen from; fails where there is none. */
export function commonType(operands: readonly Expression[], offset: number): ColumnType {
  const typed = operands.filter((operand) => operand !== UNTYPED_NULL);
  const first = typed[0];
  if (first === undefined) {
    return { kind: 'STRING' };
  }
  return typed.slice(1).reduce<ColumnType>((type, operand, index) => {
    const left = typed[index] ?? first;
    const common = pairType(type, operand, typed.slice(0, index + 1));
    return common ?? incompatible(left.type, operand.type, offset);
  }, first.type);
}

function incompatible(left: ColumnType, right: ColumnType, offset: number): never {
  return fail(offset, `${printType(left)} and ${printType(right)} do not go together.`, {
    expected: 'operands of one type, or a cast',
    found: `${printType(left)} and ${printType(right)}`,
  });
}

function pairType(left: ColumnType, operand: Expression, before: readonly Expression[]): ColumnType | undefined {
  const right = operand.type;
  if (sameType(left, right)) {
    return left;
  }
  if (isNumeric(left) && isNumeric(right)) {
    return numericType(left, operand, before);
  }
  const leftIsLiteral = before.every((each) => each.kind === 'literal');
  if (right.kind === 'STRING' && operand.kind === 'literal' && TEMPORAL_KINDS.includes(left.kind)) {
    return left;
  }
  if (left.kind === 'STRING' && leftIsLiteral && TEMPORAL_KINDS.includes(right.kind)) {
    return right;
  }
  if (left.kind === 'DATE' && (right.kind === 'DATETIME' || right.kind === 'TIMESTAMP')) {
    return right;
  }
  return right.kind === 'DATE' && (left.kind === 'DATETIME' || left.kind === 'TIMESTAMP') ? left : undefined;
}

function numericType(left: ColumnType, operand: Expression, before: readonly Expression[]): ColumnType | undefined {
  const right = operand.type;
  if (left.kind === 'FLOAT64' || right.kind === 'FLOAT64') {
    // A decimal becomes a float only as a literal: elsewhere engines round differently.
    const others = [operand, ...before].filter(({ type }) => type.kind === 'DECIMAL');
    return others.every((each) => each.kind === 'literal') ? { kind: 'FLOAT64' } : undefined;
  }
  const a = left.kind === 'DECIMAL' ? left : widest(before);
  const b = asDecimal(operand);
  if (b === undefined) {
    return undefined;
  }
  const scale = Math.max(a.scale, b.scale);
  return decimal(Math.max(a.precision - a.scale, b.precision - b.scale), scale);
}

function widest(operands: readonly Expression[]): Decimal {
  const digits = operands.map((operand) => asDecimal(operand)?.precision ?? 1);
  return decimal(Math.max(...digits), 0);
}

/** The operand as that type; fails where a literal has no form in it. */
export function coerce(expression: Expression, type: ColumnType, offset: number): Expression {
  if (expression === UNTYPED_NULL) {
    return { kind: 'literal', type, value: null };
  }
  if (sameType(expression.type, type)) {
    return expression;
  }
  if (expression.kind === 'literal') {
    return coerceLiteral(expression, type, offset);
  }
  return { kind: 'cast', type, operand: expression };
}

function coerceLiteral(literal: Extract<Expression, { kind: 'literal' }>, type: ColumnType, offset: number): Expression {
  if (type.kind === 'FLOAT64' && literal.type.kind === 'DECIMAL') {
    return { kind: 'literal', type, value: Number(castValue(literal.type, { kind: 'STRING' }, literal.value)) };
  }
  if (literal.type.kind === 'STRING' && typeof literal.value === 'string') {
    const reading = readValue(type, literal.value);
    return reading.ok
      ? { kind: 'literal', type, value: reading.value }
      : fail(offset, `'${literal.value}' is no ${printType(type)}.`, { expected: reading.expected, found: literal.value });
  }
  try {
    return { kind: 'literal', type, value: castValue(literal.type, type, literal.value) };
  } catch (error) {
    if (!(error instanceof MarketsError)) {
      throw error;
    }
    return fail(offset, error.message);
  }
}
