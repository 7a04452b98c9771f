/** Comparison of texts by their UTF-8 bytes, which is by code points. */
import type { BooleanCode, TextCode } from './code.ts';
import { constantCode, orCode } from './logic.ts';
import type { Comparison } from './number-comparison.ts';
import { allOf, anyOf, negated, type Source } from './source.ts';
import { hasLowUnits } from './text-code.ts';

/** Longer literals are not compared letter by letter. */
const FOLDED_LENGTH_MAX = 12;

export function compareTexts(comparison: Comparison, a: TextCode, b: TextCode): BooleanCode {
  switch (comparison) {
    case '=':
      return equality(a, b, false);
    case '<>':
      return equality(a, b, true);
    default:
      return testOfTexts([a, b], `(${a.value} ${comparison} ${b.value})`, orderIsKnown(a, b));
  }
}

/** The first units that differ decide; they are ordered as code points are when one of them is below the surrogates. */
function orderIsKnown(a: TextCode, b: TextCode): Source {
  const [ofA, ofB] = [hasLowUnits(a), hasLowUnits(b)];
  return ofA === 'true' || ofB === 'true' ? 'true' : ofA === 'false' ? ofB : ofA;
}

/** A condition on texts: NULL when one is, nothing where one is not known. */
export function testOfTexts(texts: readonly TextCode[], test: Source, testIsRight: Source = 'true'): BooleanCode {
  const isNull = anyOf(...texts.map((each) => each.isNull));
  const safe = allOf(...texts.map((each) => each.safe));
  const isRight = allOf(...texts.map((each) => each.known), testIsRight);
  const usable = allOf(safe, negated(isNull), isRight);
  return {
    kind: 'boolean',
    isTrue: allOf(usable, test),
    isFalse: allOf(usable, negated(test)),
    known: allOf(safe, anyOf(isNull, isRight)),
    safe,
    mayBeNull: isNull !== 'false',
  };
}

function equality(a: TextCode, b: TextCode, isNegated: boolean): BooleanCode {
  const folded = foldedEquality(a, b) ?? foldedEquality(b, a);
  const test = folded?.test ?? `(${a.value} === ${b.value})`;
  return testOfTexts(folded?.texts ?? [a, b], isNegated ? negated(test) : test);
}

/** upper(x) = 'BUY' asks each letter in both cases and needs no new text: right for any x. */
function foldedEquality(a: TextCode, b: TextCode): { readonly texts: readonly TextCode[]; readonly test: Source } | null {
  const { folded } = a;
  if (folded === null || b.literal === null || b.literal.length > FOLDED_LENGTH_MAX) {
    return null;
  }
  const changes = folded.upper ? /[a-z]/ : /[A-Z]/;
  const { value } = folded.of;
  const units = Array.from({ length: b.literal.length }, (_, index) => unitTest(value, index, b.literal?.charCodeAt(index) ?? 0));
  const test = changes.test(b.literal) ? 'false' : allOf(`(${value}.length === ${b.literal.length})`, ...units);
  return { texts: [folded.of], test };
}

/** The bit 32 tells the case of a letter, and only of letters is it left out. */
function unitTest(value: Source, index: number, code: number): Source {
  const lower = code | 32;
  const isLetter = code < 128 && lower >= 97 && lower <= 122;
  return isLetter ? `((${value}.charCodeAt(${index}) | 32) === ${lower})` : `(${value}.charCodeAt(${index}) === ${code})`;
}

export function inTexts(x: TextCode, list: readonly TextCode[]): BooleanCode {
  if (x.folded !== null || list.some(({ literal }) => literal === null)) {
    return list.map((item) => equality(x, item, false)).reduce(orCode, constantCode(false));
  }
  return testOfTexts([x], anyOf(...list.map((item) => `(${x.value} === ${item.value})`)));
}
