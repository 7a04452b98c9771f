/** Comparison of two numbers, exact whatever their size as long as their size is known. */
import { constantCode, orCode } from './logic.ts';
import type { BooleanCode, NumberCode } from './code.ts';
import { errorShare, isKnown, magnitudeOf } from './number-code.ts';
import { allOf, anyOf, negated, type Source } from './source.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Two conditions that are never true together, and neither where something is not known. */
interface Decision {
  readonly isTrue: Source;
  readonly isFalse: Source;
  readonly known: Source;
}

export function compareNumbers(comparison: Comparison, a: NumberCode, b: NumberCode): BooleanCode {
  const decision = a.roundings === 0 && b.roundings === 0 ? exactDecision(comparison, a, b) : roundedDecision(comparison, a, b);
  return decided(decision, [a, b]);
}

/** NULL when an operand is, and nothing where one could have failed. */
function decided({ isTrue, isFalse, known }: Decision, operands: readonly NumberCode[]): BooleanCode {
  const usable = operands.flatMap((each) => [negated(each.isNull), each.sound]);
  const isNull = anyOf(...operands.map((each) => each.isNull));
  const safe = allOf(...operands.map((each) => each.safe));
  return {
    kind: 'boolean',
    isTrue: allOf(...usable, isTrue),
    isFalse: allOf(...usable, isFalse),
    known: allOf(safe, anyOf(isNull, known)),
    safe,
    mayBeNull: isNull !== 'false',
  };
}

function exactDecision(comparison: Comparison, a: NumberCode, b: NumberCode): Decision {
  const [x, y] = [a.value, b.value];
  const isEqual = `(${x} === ${y})`;
  // NaN is neither less nor greater, but it is unequal.
  const differs = a.mayBeUnknown || b.mayBeUnknown ? `(${x} < ${y} || ${x} > ${y})` : `(${x} !== ${y})`;
  const known = allOf(isKnown(a), isKnown(b));
  switch (comparison) {
    case '=':
      return { isTrue: isEqual, isFalse: differs, known };
    case '<>':
      return { isTrue: differs, isFalse: isEqual, known };
    case '<':
      return { isTrue: `(${x} < ${y})`, isFalse: `(${x} >= ${y})`, known };
    case '<=':
      return { isTrue: `(${x} <= ${y})`, isFalse: `(${x} > ${y})`, known };
    case '>':
      return { isTrue: `(${x} > ${y})`, isFalse: `(${x} <= ${y})`, known };
    case '>=':
      return { isTrue: `(${x} >= ${y})`, isFalse: `(${x} < ${y})`, known };
  }
}

/**
 * A difference beyond the error of the roundings has the right sign. A smaller one is below 2^31 unless the numbers are
 * huge, and is then told exactly by its residue modulo 2^32.
 */
function roundedDecision(comparison: Comparison, a: NumberCode, b: NumberCode): Decision {
  const share = errorShare(a.roundings + b.roundings + 1);
  const size = `(${magnitudeOf(a)} + ${magnitudeOf(b)})`;
  const difference = `${a.value} - ${b.value}`;
  const isBelow = `${difference} < ${size} * -${share}`;
  const isAbove = `${difference} > ${size} * ${share}`;
  const isNotAbove = `${difference} <= ${size} * ${share}`;
  const isNotBelow = `${difference} >= ${size} * -${share}`;
  const isSmall = `${size} < ${2 ** 30 / share}`;
  const rest = `(${a.residue ?? ''} - ${b.residue ?? ''} | 0)`;
  const less = `(${isBelow} || ${isNotAbove} && ${isSmall} && ${rest} < 0)`;
  const notLess = `(${isAbove} || ${isNotBelow} && ${isSmall} && ${rest} >= 0)`;
  const greater = `(${isAbove} || ${isNotBelow} && ${isSmall} && ${rest} > 0)`;
  const notGreater = `(${isBelow} || ${isNotAbove} && ${isSmall} && ${rest} <= 0)`;
  const equal = `(${isNotAbove} && ${isNotBelow} && ${isSmall} && ${rest} === 0)`;
  const unequal = `(${isBelow} || ${isAbove} || ${isSmall} && ${rest} !== 0)`;
  const known = `(${isBelow} || ${isAbove} || ${isSmall})`;
  switch (comparison) {
    case '=':
      return { isTrue: equal, isFalse: unequal, known };
    case '<>':
      return { isTrue: unequal, isFalse: equal, known };
    case '<':
      return { isTrue: less, isFalse: notLess, known };
    case '<=':
      return { isTrue: notGreater, isFalse: greater, known };
    case '>':
      return { isTrue: greater, isFalse: notGreater, known };
    case '>=':
      return { isTrue: notLess, isFalse: less, known };
  }
}

/** Exact numbers without NULL in the list make one chain of equalities; anything else is a chain of comparisons. */
export function inNumbers(x: NumberCode, list: readonly NumberCode[]): BooleanCode {
  const isPlain = [x, ...list].every(({ roundings }) => roundings === 0) && list.every((item) => isCertain(item));
  if (!isPlain) {
    return list.map((item) => compareNumbers('=', x, item)).reduce(orCode, constantCode(false));
  }
  const isTrue = anyOf(...list.map((item) => `(${x.value} === ${item.value})`));
  return decided({ isTrue, isFalse: allOf(isKnown(x), negated(isTrue)), known: isKnown(x) }, [x]);
}

function isCertain(code: NumberCode): boolean {
  return code.isNull === 'false' && code.safe === 'true' && !code.mayBeUnknown;
}
