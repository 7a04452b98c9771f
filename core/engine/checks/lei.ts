/** ISO 17442: 18 letters and digits, 2 check digits; as a number with A = 10 to Z = 35 it is 1 modulo 97. */
import { ALPHANUMERIC, byteTable } from './identifier-bytes.ts';

export function isLei(text: string): boolean {
  if (!/^[0-9A-Z]{18}[0-9]{2}$/.test(text)) {
    return false;
  }
  let remainder = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    remainder = code <= 57 ? remainder * 10 + (code - 48) : remainder * 100 + (code - 55);
    remainder %= 97;
  }
  return remainder === 1;
}

const LENGTH = 20;
const FIRST_LETTER = 65;
/** How far each byte moves the number: a letter is two digits. */
const FACTORS = byteTable(ALPHANUMERIC, (value) => (value > 9 ? 100 : 10), 0);

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function leiHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH || (b[to - 1] ?? 0) >= FIRST_LETTER || (b[to - 2] ?? 0) >= FIRST_LETTER) {
    return false;
  }
  let remainder = 0;
  // Negative as soon as one value is.
  let values = 0;
  for (let at = from; at < to; at += 2) {
    const first = b[at] ?? 0;
    const second = b[at + 1] ?? 0;
    const x = ALPHANUMERIC[first] ?? 0;
    const y = ALPHANUMERIC[second] ?? 0;
    values |= x | y;
    // Two steps stay far below 2^31.
    remainder = ((remainder * (FACTORS[first] ?? 0) + x) * (FACTORS[second] ?? 0) + y) % 97;
  }
  return values >= 0 && remainder === 1;
}
