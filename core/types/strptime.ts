/**
 * Dates and times in a strptime format. The directives are those of the table below; each reads as many digits as it
 * says, so that nothing is guessed: one digit for two (7 for 07) only where the next part of the format is no directive.
 */
import type { StrptimeDirective, StrptimePart } from '../spec/source-spec.ts';
import { parseOffset } from './iso8601.ts';
import { daysFromCivil, civilFromDays, isLeapYear } from './calendar.ts';
import { nanosOfFraction, type TimeFields } from './time-fields.ts';

/** Meaning of each directive, as the reference page shows it. */
export const STRPTIME_DIRECTIVES: Readonly<Record<StrptimeDirective, string>> = {
  Y: 'year, 4 digits',
  y: 'year, 2 digits: 69-99 are 1969-1999, 00-68 are 2000-2068',
  m: 'month, 01-12',
  b: 'month, short English name (Jan), any case',
  B: 'month, English name (January), any case',
  d: 'day of the month, 01-31',
  e: 'day of the month, padded with a blank ( 1-31)',
  j: 'day of the year, 3 digits',
  H: 'hour, 00-23',
  I: 'hour, 01-12, together with %p',
  p: 'AM or PM, any case',
  M: 'minute, 00-59',
  S: 'second, 00-59',
  f: 'fraction of the second, 1 to 9 digits',
  N: 'point and fraction of the second, 1 to 9 digits, or nothing',
  z: 'offset from UTC: Z, +hhmm, +hh:mm or +hh',
  Z: 'name of the zone; only UTC, GMT and Z',
};

/** Directives that stand for several others. */
const COMPOSED: Readonly<Record<string, string>> = { T: '%H:%M:%S', F: '%Y-%m-%d', R: '%H:%M', D: '%m/%d/%y' };
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** The parts of a format, or the directive that is not known. */
export function parseStrptimeFormat(format: string): readonly StrptimePart[] | { readonly unknown: string } {
  const parts: StrptimePart[] = [];
  let literal = '';
  const expanded = format.replace(/%([TFRD])/g, (_, letter: string) => COMPOSED[letter] ?? '');
  for (let i = 0; i < expanded.length; i += 1) {
    const letter = expanded.charAt(i + 1);
    if (expanded.charAt(i) !== '%') {
      literal += expanded.charAt(i);
      continue;
    }
    i += 1;
    if (letter === '%') {
      literal += '%';
    } else if (isDirective(letter)) {
      if (literal !== '') {
        parts.push({ literal });
        literal = '';
      }
      parts.push({ directive: letter });
    } else {
      return { unknown: `%${letter}` };
    }
  }
  if (literal !== '') {
    parts.push({ literal });
  }
  return parts;
}

function isDirective(letter: string): letter is StrptimeDirective {
  return Object.hasOwn(STRPTIME_DIRECTIVES, letter);
}

interface Scratch {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  hour12?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  nanos?: number;
  offsetSeconds?: number;
}

/** undefined when the text is not written so. Fields that the format does not name are 1970-01-01 and 00:00:00. */
export function parseByStrptime(text: string, parts: readonly StrptimePart[]): TimeFields | undefined {
  const fields: Scratch = {};
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if ('literal' in part) {
      if (!text.startsWith(part.literal, at)) {
        return undefined;
      }
      at += part.literal.length;
      continue;
    }
    const next = parts[index + 1];
    const fixedWidth = next !== undefined && 'directive' in next;
    const length = readDirective(part.directive, text.slice(at), fixedWidth, fields);
    if (length === undefined) {
      return undefined;
    }
    at += length;
  }
  return at === text.length ? complete(fields) : undefined;
}

/** How many characters the directive took, or undefined where it does not match. */
function readDirective(directive: StrptimeDirective, rest: string, fixedWidth: boolean, fields: Scratch): number | undefined {
  switch (directive) {
    case 'b':
    case 'B':
      return readMonthName(directive, rest, fields);
    case 'p':
      return readHalf(rest, fields);
    case 'f': {
      const digits = /^\d{1,9}/.exec(rest)?.[0];
      fields.nanos = nanosOfFraction(digits ?? '') ?? 0;
      return digits?.length;
    }
    case 'N': {
      const digits = /^\.(\d{1,9})/.exec(rest)?.[1];
      fields.nanos = nanosOfFraction(digits ?? '') ?? 0;
      return digits === undefined ? 0 : digits.length + 1;
    }
    case 'z': {
      const offset = /^(Z|[+-]\d{2}(:?\d{2})?)/.exec(rest)?.[0];
      const seconds = offset === undefined ? undefined : parseOffset(offset);
      if (offset === undefined || seconds === undefined) {
        return undefined;
      }
      fields.offsetSeconds = seconds;
      return offset.length;
    }
    case 'Z': {
      fields.offsetSeconds = 0;
      return /^(UTC|GMT|Z)(?![A-Za-z])/.exec(rest)?.[1]?.length;
    }
    default:
      return readNumber(directive, rest, fixedWidth, fields);
  }
}

type NumberDirective = Exclude<StrptimeDirective, 'b' | 'B' | 'p' | 'f' | 'N' | 'z' | 'Z'>;

function readNumber(directive: NumberDirective, rest: string, fixedWidth: boolean, fields: Scratch): number | undefined {
  const digits = numberPattern(directive, fixedWidth).exec(rest)?.[0];
  if (digits === undefined) {
    return undefined;
  }
  const value = Number(digits);
  switch (directive) {
    case 'Y':
      fields.year = value;
      break;
    case 'y':
      fields.year = value >= 69 ? 1900 + value : 2000 + value;
      break;
    case 'm':
      fields.month = value;
      break;
    case 'd':
    case 'e':
      fields.day = value;
      break;
    case 'j':
      fields.dayOfYear = value;
      break;
    case 'H':
      fields.hour = value;
      break;
    case 'I':
      fields.hour12 = value;
      break;
    case 'M':
      fields.minute = value;
      break;
    case 'S':
      fields.second = value;
      break;
  }
  return digits.length;
}

function numberPattern(directive: NumberDirective, fixedWidth: boolean): RegExp {
  switch (directive) {
    case 'Y':
      return /^\d{4}/;
    case 'y':
      return /^\d{2}/;
    case 'j':
      return /^\d{3}/;
    case 'e':
      return fixedWidth ? /^[ \d]\d/ : /^ ?\d{1,2}/;
    default:
      return fixedWidth ? /^\d{2}/ : /^\d{1,2}/;
  }
}

function readMonthName(directive: 'b' | 'B', rest: string, fields: Scratch): number | undefined {
  const lower = rest.slice(0, 9).toLowerCase();
  const index = MONTHS.findIndex((month) => lower.startsWith(directive === 'b' ? month.slice(0, 3) : month));
  fields.month = index + 1;
  return index < 0 ? undefined : directive === 'b' ? 3 : MONTHS[index]?.length;
}

function readHalf(rest: string, fields: Scratch): number | undefined {
  const half = rest.slice(0, 2).toUpperCase();
  fields.afternoon = half === 'PM';
  return half === 'AM' || half === 'PM' ? 2 : undefined;
}

function complete(fields: Scratch): TimeFields | undefined {
  const year = fields.year ?? 1970;
  let { month = 1, day = 1 } = fields;
  let hour = fields.hour ?? 0;
  if (fields.dayOfYear !== undefined) {
    if (fields.dayOfYear < 1 || fields.dayOfYear > (isLeapYear(year) ? 366 : 365)) {
      return undefined;
    }
    ({ month, day } = civilFromDays(daysFromCivil(year, 1, 1) + fields.dayOfYear - 1));
  }
  if (fields.hour12 !== undefined) {
    if (fields.hour12 < 1 || fields.hour12 > 12) {
      return undefined;
    }
    hour = (fields.hour12 % 12) + (fields.afternoon === true ? 12 : 0);
  }
  const { minute = 0, second = 0, nanos = 0, offsetSeconds = null } = fields;
  return { year, month, day, hour, minute, second, nanos, offsetSeconds };
}
