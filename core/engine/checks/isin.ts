/** ISO 6166: 2 letters, 9 letters or digits, 1 check digit (Luhn over the digits, letters as 10 to 35). */
import { ALPHANUMERIC } from './identifier-bytes.ts';

export function isIsin(text: string): boolean {
  if (!/^[A-Z]{2}[0-9A-Z]{9}[0-9]$/.test(text)) {
    return false;
  }
  let digits = '';
  for (const character of text) {
    digits += String(parseInt(character, 36));
  }
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

const LENGTH = 12;

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function isinHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH) {
    return false;
  }
  let sum = 0;
  // Whether the next digit, from the right, is doubled. A letter is two digits.
  let doubled = false;
  for (let at = to - 1; at >= from; at -= 1) {
    const value = ALPHANUMERIC[b[at] ?? 0] ?? -1;
    const isLetter = value > 9;
    if (value < 0 || (isLetter ? at === to - 1 : at < from + 2)) {
      return false;
    }
    const low = value % 10;
    sum += doubled ? doubledDigit(low) : low;
    if (isLetter) {
      const high = (value - low) / 10;
      sum += doubled ? high : doubledDigit(high);
    } else {
      doubled = !doubled;
    }
  }
  return sum % 10 === 0;
}

function doubledDigit(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}
