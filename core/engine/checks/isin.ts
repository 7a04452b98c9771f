/** ISO 6166: 2 letters, 9 letters or digits, 1 check digit (Luhn over the digits, letters as 10 to 35). */
import { ALPHANUMERIC, byteTable } from './identifier-bytes.ts';

export function isIsin(text: string): boolean {
  if (!/^[A-Z]{2}[0-9A-Z]{9}[0-9]$/.test(text)) return false;
  let sum = 0;
  let isDoubled = false;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    const value = code < FIRST_LETTER ? code - 48 : code - FIRST_LETTER + 10;
    sum += luhnDigit(value % 10, isDoubled);
    isDoubled = !isDoubled;
    if (value < 10) continue;
    sum += luhnDigit(Math.floor(value / 10), isDoubled);
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

function luhnDigit(digit: number, isDoubled: boolean): number {
  return isDoubled ? doubledDigit(digit) : digit;
}

const LENGTH = 12;
/** Makes any sum negative. */
const WRONG = -1024;
const FIRST_LETTER = 65;
const STEP_DOUBLED = 256;
/** What each byte adds, and behind that what it adds where its last digit is doubled. A letter is two digits. */
const STEPS = Int16Array.from([
  ...byteTable(ALPHANUMERIC, (value) => (value % 10) + doubledDigit(Math.floor(value / 10)), WRONG),
  ...byteTable(ALPHANUMERIC, (value) => doubledDigit(value % 10) + Math.floor(value / 10), WRONG),
]);

function doubledDigit(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function isinHolds(b: Uint8Array, from: number, to: number): boolean {
  if (to - from !== LENGTH || !isLetter(b[from]) || !isLetter(b[from + 1]) || isLetter(b[to - 1])) {
    return false;
  }
  let sum = 0;
  // Whether the last digit of the next byte, from the right, is doubled: it changes with every byte that is one digit.
  let doubled = 0;
  for (let at = to - 1; at >= from; at -= 1) {
    const byte = b[at] ?? 0;
    sum += STEPS[doubled + byte] ?? 0;
    doubled ^= byte < FIRST_LETTER ? STEP_DOUBLED : 0;
  }
  return sum >= 0 && sum % 10 === 0;
}

function isLetter(byte = 0): boolean {
  return byte >= FIRST_LETTER;
}
