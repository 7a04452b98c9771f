/**
 * FIGI (ANSI X9.145): 2 consonants that are no country's prefix in use for ISINs, G, 8 consonants or digits, 1 check
 * digit (Luhn by characters: every second one doubled, digits summed).
 */
import { byteTable, CONSONANT_OR_DIGIT } from './identifier-bytes.ts';

const SHAPE = /^(?!BS|BM|GG|GB|GH|KY|VG)[B-DF-HJ-NP-TV-Z]{2}G[0-9B-DF-HJ-NP-TV-Z]{8}[0-9]$/;

export function isFigi(text: string): boolean {
  if (!SHAPE.test(text)) {
    return false;
  }
  let sum = 0;
  for (let index = 0; index < 11; index += 1) {
    const weighted = parseInt(text.charAt(index), 36) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(weighted / 10) + (weighted % 10);
  }
  return (10 - (sum % 10)) % 10 === Number(text.charAt(11));
}

const LENGTH = 12;
const G = 71;
const ZERO = 48;
const FIRST_LETTER = 65;
/** Makes any sum negative. */
const WRONG = -1024;
/** What each byte adds, and what it adds doubled: the sum of the digits. */
const SINGLE = byteTable(CONSONANT_OR_DIGIT, (value) => Math.floor(value / 10) + (value % 10), WRONG);
const DOUBLE = byteTable(CONSONANT_OR_DIGIT, (value) => Math.floor((value * 2) / 10) + ((value * 2) % 10), WRONG);
/** The prefixes that are not allowed, as two bytes in one number. */
const FORBIDDEN: ReadonlySet<number> = new Set(
  ['BS', 'BM', 'GG', 'GB', 'GH', 'KY', 'VG'].map((prefix) => prefix.charCodeAt(0) * 256 + prefix.charCodeAt(1)),
);

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function figiHolds(b: Uint8Array, from: number, to: number): boolean {
  const first = b[from] ?? 0;
  const second = b[from + 1] ?? 0;
  const hasShape = to - from === LENGTH && b[from + 2] === G && first >= FIRST_LETTER && second >= FIRST_LETTER;
  if (!hasShape || FORBIDDEN.has(first * 256 + second)) {
    return false;
  }
  let sum = 0;
  for (let at = from; at < to - 2; at += 2) {
    sum += (SINGLE[b[at] ?? 0] ?? 0) + (DOUBLE[b[at + 1] ?? 0] ?? 0);
  }
  sum += SINGLE[b[to - 2] ?? 0] ?? 0;
  return sum >= 0 && (b[to - 1] ?? 0) - ZERO === (10 - (sum % 10)) % 10;
}
