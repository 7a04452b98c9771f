/** Digits written into bytes, without a text between. */
const ZERO = 48;

/** `value` (a whole number from 0 to 2^53 - 1) with leading zeros to `width` digits; gives the index behind it. */
export function putDigits(out: Buffer, at: number, value: number, width: number): number {
  let rest = value;
  for (let index = at + width - 1; index >= at; index -= 1) {
    const quotient = Math.floor(rest / 10);
    out[index] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
  return at + width;
}

/** `value` without leading zeros. */
export function putNumber(out: Buffer, at: number, value: number): number {
  let width = 1;
  for (let bound = 10; value >= bound; bound *= 10) width += 1;
  return putDigits(out, at, value, width);
}
