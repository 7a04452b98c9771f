/**
 * FIGI (ANSI X9.145): 2 consonants that are no country's prefix in use for ISINs, G, 8 consonants or digits, 1 check
 * digit (Luhn by characters: every second one doubled, digits summed).
 */
import { CONSONANT_OR_DIGIT } from './identifier-bytes.ts';

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
/** The prefixes that are not allowed, as two bytes in one number. */
const FORBIDDEN: ReadonlySet<number> = new Set(
  ['BS', 'BM', 'GG', 'GB', 'GH', 'KY', 'VG'].map((prefix) => prefix.charCodeAt(0) * 256 + prefix.charCodeAt(1)),
);

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function figiHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH || b[from + 2] !== G || FORBIDDEN.has((b[from] ?? 0) * 256 + (b[from + 1] ?? 0))) {
    return false;
  }
  let sum = 0;
  for (let index = 0; index < LENGTH - 1; index += 1) {
    const value = CONSONANT_OR_DIGIT[b[from + index] ?? 0] ?? -1;
    if (value < 0 || (value < 10 && index < 2)) {
      return false;
    }
    const weighted = index % 2 === 0 ? value : value * 2;
    sum += Math.floor(weighted / 10) + (weighted % 10);
  }
  return (b[to - 1] ?? 0) - ZERO === (10 - (sum % 10)) % 10;
}
