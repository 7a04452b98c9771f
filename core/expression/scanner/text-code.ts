/** Texts as generated code, and what is asked of their characters. JavaScript counts in UTF-16 units, the language in code points. */
import type { NumberCode, TextCode } from './code.ts';
import { exactCode } from './number-code.ts';
import { allOf, choose, textLiteral, type Source } from './source.ts';

const LENGTH_BOUND = 2 ** 30;

export function textColumn(value: Source, isNull: Source, isAscii: Source | null): TextCode {
  return { kind: 'text', value, known: 'true', isNull, safe: 'true', literal: null, isAscii, folded: null };
}

export function textConstant(text: string | null): TextCode {
  const isAscii = text === null ? null : String(/^[\0-\x7f]*$/.test(text));
  return { ...textColumn(textLiteral(text ?? ''), String(text === null), isAscii), literal: text };
}

/** A text that is derived from others. */
export function derivedText(from: TextCode, value: Source, known: Source): TextCode {
  return { ...from, value, known: allOf(from.known, known), literal: null, folded: null };
}

/** True only where every character is one UTF-16 unit. */
export function hasNoPairs(text: TextCode): Source {
  return text.isAscii ?? withoutMatch('[\\ud800-\\udfff]', text);
}

/** True only where units are ordered as code points are: none is at or beyond the surrogates. */
export function hasLowUnits(text: TextCode): Source {
  if (text.literal !== null) {
    return String(!/[\ud800-\uffff]/.test(text.literal));
  }
  return text.isAscii ?? withoutMatch('[\\ud800-\\uffff]', text);
}

export function isAsciiOnly(text: TextCode): Source {
  return text.isAscii ?? withoutMatch('[^\\x00-\\x7f]', text);
}

/** True only where trim() of JavaScript knows the same blanks: those without the rarer ones. */
export function hasPlainBlanks(text: TextCode): Source {
  return withoutMatch('[^\\t\\n\\r\\x20-\\x7e]', text);
}

function withoutMatch(pattern: string, text: TextCode): Source {
  return `!/${pattern}/.test(${text.value})`;
}

export function lengthCode(text: TextCode): NumberCode {
  const isCounted = allOf(text.known, hasNoPairs(text));
  return exactCode(choose(isCounted, `${text.value}.length`, 'NaN'), LENGTH_BOUND, {
    mayBeUnknown: isCounted !== 'true',
    isNull: text.isNull,
    safe: text.safe,
    sound: text.safe,
  });
}
