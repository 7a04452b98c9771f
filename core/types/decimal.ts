/**
 * Exact decimals as scaled integers: 1.5 at scale 2 is 150n. No value passes a float.
 * Digits behind the scale are allowed when they are zeros (1.500 fits scale 1), else the value is refused.
 */
import { refused, type Reading } from './reading.ts';

/** Exponents beyond this are refused unread: they could not fit 38 digits and would cost memory. */
const EXPONENT_MAX = 100;
/** Longer texts are refused unread, for the same reason. */
const TEXT_LENGTH_MAX = 400;
const DECIMAL_TEXT = /^([+-]?)(\d*)(?:[.](\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const DECIMAL_COMMA_TEXT = /^([+-]?)(\d*)(?:[,](\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Digits and scale of a number's text, exactly as written: '1e9' is {digits: 1000000000n, scale: 0}. */
export interface WrittenDecimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** undefined when the text is no number. */
export function parseDecimal(text: string, separator: '.' | ',' = '.'): WrittenDecimal | undefined {
  if (text.length > TEXT_LENGTH_MAX) {
    return undefined;
  }
  const match = (separator === '.' ? DECIMAL_TEXT : DECIMAL_COMMA_TEXT).exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole.length + fraction.length === 0) {
    return undefined;
  }
  const exponent = Number(match[4] ?? 0);
  if (Math.abs(exponent) > EXPONENT_MAX) {
    return undefined;
  }
  let digits = BigInt(whole + fraction);
  let scale = fraction.length - exponent;
  if (scale < 0) {
    digits *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { digits: match[1] === '-' ? -digits : digits, scale };
}

/** The scaled integer at another scale; undefined when digits other than zero would be lost. */
export function rescaleExact(digits: bigint, from: number, to: number): bigint | undefined {
  if (to >= from) {
    return digits * 10n ** BigInt(to - from);
  }
  const divisor = 10n ** BigInt(from - to);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/** The scaled integer at another scale, rounded half away from zero. */
export function rescaleRounded(digits: bigint, from: number, to: number): bigint {
  if (to >= from) {
    return digits * 10n ** BigInt(to - from);
  }
  return divideRounded(digits, 10n ** BigInt(from - to));
}

/** Quotient rounded half away from zero; the divisor must not be zero. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const top = dividend < 0n ? -dividend : dividend;
  const bottom = divisor < 0n ? -divisor : divisor;
  const quotient = (top * 2n + bottom) / (bottom * 2n);
  return negative ? -quotient : quotient;
}

/** Whether a scaled integer has at most `precision` digits. */
export function fitsPrecision(digits: bigint, precision: number): boolean {
  const limit = 10n ** BigInt(precision);
  return digits < limit && digits > -limit;
}

export function readDecimal(text: string, precision: number, scale: number, separator: '.' | ',' = '.'): Reading {
  const written = parseDecimal(text, separator);
  const digits = written === undefined ? undefined : rescaleExact(written.digits, written.scale, scale);
  if (digits === undefined || !fitsPrecision(digits, precision)) {
    const mark = separator === ',' ? ', with a decimal comma' : '';
    return refused(`a number of at most ${precision - scale} digits before and ${scale} after the decimal mark${mark}`);
  }
  return { ok: true, value: digits };
}

/** Shortest text: no trailing zeros, no exponent, '-' only before what is not zero. */
export function printDecimal(digits: bigint, scale: number): string {
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = scale === 0 ? '' : text.slice(text.length - scale).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
