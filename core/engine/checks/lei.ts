/** ISO 17442: 18 letters and digits, 2 check digits; as a number with A = 10 to Z = 35 it is 1 modulo 97. */
import { ALPHANUMERIC } from './identifier-bytes.ts';

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

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function leiHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH) {
    return false;
  }
  let remainder = 0;
  for (let at = from; at < to; at += 1) {
    const value = ALPHANUMERIC[b[at] ?? 0] ?? -1;
    if (value < 0 || (value > 9 && at >= to - 2)) {
      return false;
    }
    remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97;
  }
  return remainder === 1;
}
