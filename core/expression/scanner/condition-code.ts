/** Conditions as values: a column of BOOL, comparison of conditions, and conditions as the numbers 0 and 1. */
import type { BooleanCode, NumberCode } from './code.ts';
import { isNullCondition } from './logic.ts';
import { exactCode } from './number-code.ts';
import { allOf, anyOf, choose, negated, type Source } from './source.ts';

/** `value` is 0 or 1. */
export function booleanColumn(value: Source, isNull: Source): BooleanCode {
  return {
    kind: 'boolean',
    isTrue: allOf(negated(isNull), `(${value} === 1)`),
    isFalse: allOf(negated(isNull), `(${value} === 0)`),
    known: 'true',
    safe: 'true',
    mayBeNull: isNull !== 'false',
  };
}

export function equalConditions(a: BooleanCode, b: BooleanCode): BooleanCode {
  return {
    kind: 'boolean',
    isTrue: anyOf(allOf(a.isTrue, b.isTrue), allOf(a.isFalse, b.isFalse)),
    isFalse: anyOf(allOf(a.isTrue, b.isFalse), allOf(a.isFalse, b.isTrue)),
    known: allOf(a.known, b.known),
    safe: allOf(a.safe, b.safe),
    mayBeNull: a.mayBeNull || b.mayBeNull,
  };
}

export function conditionNumber(a: BooleanCode): NumberCode {
  const isCertain = a.known === 'true' && !a.mayBeNull;
  return exactCode(isCertain ? choose(a.isTrue, '1', '0') : choose(a.isTrue, '1', choose(a.isFalse, '0', 'NaN')), 1, {
    mayBeUnknown: !isCertain,
    isNull: isNullCondition(a),
    // Whether it is NULL is known only where the whole is.
    safe: allOf(a.safe, anyOf(a.known, a.isTrue, a.isFalse)),
  });
}
