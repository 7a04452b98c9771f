/** Three-valued logic. Both sides count: where one could fail, the other alone decides nothing. */
import { booleanOperand, type BooleanCode, type Call, type Code } from './code.ts';
import { allOf, anyOf, negated } from './source.ts';

export function constantCode(value: boolean | null): BooleanCode {
  return {
    kind: 'boolean',
    isTrue: String(value === true),
    isFalse: String(value === false),
    known: 'true',
    safe: 'true',
    mayBeNull: value === null,
  };
}

export function andCode(a: BooleanCode, b: BooleanCode): BooleanCode {
  return {
    kind: 'boolean',
    isTrue: allOf(a.isTrue, b.isTrue),
    isFalse: anyOf(allOf(a.isFalse, b.safe), allOf(b.isFalse, a.safe)),
    known: allOf(a.known, b.known),
    safe: allOf(a.safe, b.safe),
    mayBeNull: a.mayBeNull || b.mayBeNull,
  };
}

export function orCode(a: BooleanCode, b: BooleanCode): BooleanCode {
  return notCode(andCode(notCode(a), notCode(b)));
}

export function notCode(a: BooleanCode): BooleanCode {
  return { ...a, isTrue: a.isFalse, isFalse: a.isTrue };
}

/** Whether it is certainly NULL. */
export function isNullCondition(a: BooleanCode): string {
  return a.mayBeNull ? allOf(a.known, negated(a.isTrue), negated(a.isFalse)) : 'false';
}

export function compileLogic(call: Call, operands: readonly Code[]): BooleanCode {
  const a = booleanOperand(operands, 0);
  switch (call.function) {
    case 'and':
      return andCode(a, booleanOperand(operands, 1));
    case 'or':
      return orCode(a, booleanOperand(operands, 1));
    default:
      return notCode(a);
  }
}

/** `a is true`: never NULL. */
export function isTrueCode(a: BooleanCode): BooleanCode {
  return { ...a, isFalse: anyOf(a.isFalse, isNullCondition(a)), mayBeNull: false };
}

export function isNullCode(operand: Code): BooleanCode {
  if (operand.kind === 'boolean') {
    return { ...operand, isTrue: isNullCondition(operand), isFalse: anyOf(operand.isTrue, operand.isFalse), mayBeNull: false };
  }
  const { isNull, safe } = operand;
  return {
    kind: 'boolean',
    isTrue: allOf(safe, isNull),
    isFalse: allOf(safe, negated(isNull)),
    known: safe,
    safe,
    mayBeNull: false,
  };
}
