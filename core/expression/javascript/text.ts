/** Functions on text. Characters are code points; upper and lower know ASCII only. */
import type { Value } from '../../types/column-type.ts';
import type { RowFunction } from '../to-javascript.ts';
import type { Call, Operands } from './compile-function.ts';
import { bigintOf, operand, strict1, strict2, strictAll, textOf } from './operand.ts';

export function compileText(call: Call, operands: Operands): RowFunction {
  const a = operand(operands, 0);
  switch (call.function) {
    case 'concat':
      return strictAll(operands, (texts) => texts.map((text) => textOf(text)).join(''));
    case 'length':
      return strict1(a, (x) => BigInt(characters(textOf(x))));
    case 'upper':
      return strict1(a, (x) => textOf(x).replace(/[a-z]+/g, (letters) => letters.toUpperCase()));
    case 'lower':
      return strict1(a, (x) => textOf(x).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
    case 'trim':
      return strict1(a, (x) => trimEnd(trimStart(textOf(x))));
    case 'ltrim':
      return strict1(a, (x) => trimStart(textOf(x)));
    case 'rtrim':
      return strict1(a, (x) => trimEnd(textOf(x)));
    case 'substr':
      return strictAll(operands, substr);
    case 'replace':
      return strictAll(operands, replace);
    case 'lpad':
    case 'rpad':
      return strictAll(operands, (values) => pad(values, call.function === 'lpad'));
    default:
      return compileSearch(call, operands);
  }
}

function compileSearch(call: Call, operands: Operands): RowFunction {
  const [a, b] = [operand(operands, 0), operand(operands, 1)];
  switch (call.function) {
    case 'starts_with':
      return strict2(a, b, (x, y) => textOf(x).startsWith(textOf(y)));
    case 'ends_with':
      return strict2(a, b, (x, y) => textOf(x).endsWith(textOf(y)));
    case 'contains':
      return strict2(a, b, (x, y) => textOf(x).includes(textOf(y)));
    default:
      return strict2(a, b, (x, y) => strpos(textOf(x), textOf(y)));
  }
}

/** Blank, tab, line feed, carriage return. */
const BLANKS = ' \t\n\r';

function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && BLANKS.includes(text.charAt(start))) {
    start += 1;
  }
  return text.slice(start);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANKS.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end);
}

function characters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i += 1) {
    count -= (text.charCodeAt(i) & 0xfc00) === 0xdc00 ? 1 : 0;
  }
  return count;
}

/** Beyond any text there is, and exact as a number. */
const PLACE_MAX = 1_000_000_000n;

function place(value: Value, least: bigint): number {
  const wanted = bigintOf(value);
  return Number(wanted < least ? least : wanted > PLACE_MAX ? PLACE_MAX : wanted);
}

function substr([text = null, start = null, length = PLACE_MAX]: readonly Value[]): Value {
  const from = place(start, 1n) - 1;
  return [...textOf(text)].slice(from, from + place(length, 0n)).join('');
}

function replace([text = null, from = null, to = null]: readonly Value[]): Value {
  return from === '' ? text : textOf(text).replaceAll(textOf(from), () => textOf(to));
}

function strpos(text: string, part: string): bigint {
  const index = text.indexOf(part);
  return index < 0 ? 0n : BigInt(characters(text.slice(0, index)) + 1);
}

function pad([text = null, length = null, filler = null]: readonly Value[], atStart: boolean): Value {
  const [letters, width, fillers] = [[...textOf(text)], place(length, 0n), [...textOf(filler)]];
  const missing = Array.from({ length: Math.max(0, width - letters.length) }, (_, i) => fillers[i % fillers.length] ?? '');
  return (atStart ? [...missing, ...letters.slice(0, width)] : [...letters.slice(0, width), ...missing]).join('');
}
