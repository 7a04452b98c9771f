/** Functions on texts that need no search of their own. */
import type { Expression } from '../expression.ts';
import { notCovered, textOperand, type Call, type Code, type TextCode } from './code.ts';
import { allOf, anyOf, type Source } from './source.ts';
import { derivedText, hasNoPairs, hasPlainBlanks, isAsciiOnly, lengthCode } from './text-code.ts';
import { testOfTexts } from './text-comparison.ts';

export function compileText(call: Call, operands: readonly Code[]): Code {
  const a = textOperand(operands, 0);
  switch (call.function) {
    case 'length':
      return lengthCode(a);
    case 'upper':
      return folded(a, true);
    case 'lower':
      return folded(a, false);
    case 'trim':
      return derivedText(a, `${a.value}.trim()`, hasPlainBlanks(a));
    case 'ltrim':
      return derivedText(a, `${a.value}.trimStart()`, hasPlainBlanks(a));
    case 'rtrim':
      return derivedText(a, `${a.value}.trimEnd()`, hasPlainBlanks(a));
    case 'substr':
      return derivedText(a, slice(a, call.arguments), hasNoPairs(a));
    case 'concat':
      return operands.map((_, index) => textOperand(operands, index)).reduce(joined);
    case 'starts_with':
      return search(a, textOperand(operands, 1), 'startsWith');
    case 'ends_with':
      return search(a, textOperand(operands, 1), 'endsWith');
    case 'contains':
      return search(a, textOperand(operands, 1), 'includes');
    default:
      return notCovered(call.function);
  }
}

/** Beyond ASCII the functions of JavaScript change letters that the language leaves as they are. */
function folded(of: TextCode, upper: boolean): TextCode {
  return { ...derivedText(of, `${of.value}.to${upper ? 'Upper' : 'Lower'}Case()`, isAsciiOnly(of)), folded: { of, upper } };
}

function search(a: TextCode, b: TextCode, method: 'startsWith' | 'endsWith' | 'includes'): Code {
  return testOfTexts([a, b], `${a.value}.${method}(${b.value})`);
}

function joined(a: TextCode, b: TextCode): TextCode {
  return {
    ...derivedText(a, `(${a.value} + ${b.value})`, b.known),
    isNull: anyOf(a.isNull, b.isNull),
    safe: allOf(a.safe, b.safe),
    isAscii: a.isAscii === null || b.isAscii === null ? null : allOf(a.isAscii, b.isAscii),
  };
}

/** Beyond any text there is. */
const PLACE_MAX = 1_000_000_000n;

/** Written places only: computed ones would have to be known numbers. */
function slice(text: TextCode, [, start, length]: readonly Expression[]): Source {
  const from = place(start, 1n) - 1;
  return length === undefined ? `${text.value}.slice(${from})` : `${text.value}.slice(${from}, ${from + place(length, 0n)})`;
}

function place(expression: Expression | undefined, least: bigint): number {
  if (expression?.kind !== 'literal' || typeof expression.value !== 'bigint') {
    return notCovered('a substr with computed places');
  }
  const { value } = expression;
  return Number(value < least ? least : value > PLACE_MAX ? PLACE_MAX : value);
}
