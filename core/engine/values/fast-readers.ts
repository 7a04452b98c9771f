/**
 * Short cuts for the plain forms of the common types. Each gives a value only where it is certain to be the one that
 * readValue() gives, and undefined for everything else, which readValue() then judges. A property test holds the two
 * together.
 */
import { daysFromCivil } from '../../types/calendar.ts';
import type { Column } from '../../spec/source-spec.ts';
import type { Value } from '../../types/column-type.ts';

export type FastReader = (text: string) => Value | undefined;

/** Numbers of so many digits are exact in a double. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);
/** By month from 1; in February those of every year. */
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ZERO = 48;
const MINUS = 45;
const COLON = 58;

/** undefined for a type without short cut. */
export function fastReader(column: Column, decimalSeparator: '.' | ','): FastReader | undefined {
  const { type, format, precision } = column;
  switch (type.kind) {
    case 'STRING':
      return (text) => (text.isWellFormed() ? text : undefined);
    case 'INT64':
      return fastInteger;
    case 'DECIMAL': {
      const mark = decimalSeparator.charCodeAt(0);
      return (text) => fastDecimal(text, type.precision, type.scale, mark);
    }
    case 'TIMESTAMP':
      return format === null || format.kind === 'iso8601' ? (precision === 'us' ? fastTimestamp : undefined) : undefined;
    default:
      return undefined;
  }
}

function fastInteger(text: string): Value | undefined {
  const negative = text.charCodeAt(0) === MINUS;
  const from = negative ? 1 : 0;
  if (text.length === from || text.length - from > EXACT_DIGITS) {
    return undefined;
  }
  let number = 0;
  for (let index = from; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) {
      return undefined;
    }
    number = number * 10 + digit;
  }
  return BigInt(negative ? -number : number);
}

/** Digits, at most one mark with a digit on both sides, no more digits behind it than the scale. */
function fastDecimal(text: string, precision: number, scale: number, mark: number): Value | undefined {
  const { length } = text;
  const negative = text.charCodeAt(0) === MINUS;
  const from = negative ? 1 : 0;
  let number = 0;
  let markAt = -1;
  for (let index = from; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === mark && markAt < 0 && index > from && index < length - 1) {
      markAt = index;
    } else if (code >= ZERO && code < COLON) {
      number = number * 10 + (code - ZERO);
    } else {
      return undefined;
    }
  }
  const digits = length - from - (markAt < 0 ? 0 : 1);
  const missing = scale - (markAt < 0 ? 0 : length - markAt - 1);
  if (digits === 0 || missing < 0 || digits + missing > precision) {
    return undefined;
  }
  if (digits + missing <= EXACT_DIGITS) {
    const scaled = number * (POWERS[missing] as number);
    return BigInt(negative ? -scaled : scaled);
  }
  const whole = markAt < 0 ? text.slice(from) : text.slice(from, markAt) + text.slice(markAt + 1);
  const scaled = BigInt(whole + '0'.repeat(missing));
  return negative ? -scaled : scaled;
}

/** YYYY-MM-DDTHH:MM:SS, up to six digits of a fraction, Z. */
function fastTimestamp(text: string): Value | undefined {
  const { length } = text;
  const separator = text.charCodeAt(10);
  if (
    length < 20 ||
    length > 27 ||
    text.charCodeAt(length - 1) !== 90 ||
    text.charCodeAt(4) !== MINUS ||
    text.charCodeAt(7) !== MINUS ||
    (separator !== 84 && separator !== 32) ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  ) {
    return undefined;
  }
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  const fraction = length === 20 ? 0 : fractionMicros(text, length);
  // 29 February, and years whose microseconds a double does not hold, are for the slow reader.
  const isPlain = year >= 1970 && year < 2200 && day >= 1 && day <= (MONTH_DAYS[month] ?? 0);
  if (!isPlain || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0) {
    return undefined;
  }
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return BigInt(seconds * 1_000_000 + fraction);
}

/** -1 where a character is no digit. */
function digitsAt(text: string, from: number, count: number): number {
  let number = 0;
  for (let index = from; index < from + count; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) {
      return -1;
    }
    number = number * 10 + digit;
  }
  return number;
}

function fractionMicros(text: string, length: number): number {
  const count = length - 21;
  if (text.charCodeAt(19) !== 46 || count < 1) {
    return -1;
  }
  const digits = digitsAt(text, 20, count);
  return digits < 0 ? -1 : digits * (POWERS[6 - count] as number);
}
