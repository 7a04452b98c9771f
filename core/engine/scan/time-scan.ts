/**
 * Dates and times read from bytes, in the plain forms alone. A method gives the position behind what it read and leaves the value in
 * `value[0]` (a number that is returned would be an object of its own), as readValue() reads it; or it gives NOT_READ, and the
 * general reader judges. Years are 1970 to 2199, whose microseconds a double holds exactly.
 */
import { daysFromCivil, daysInMonth } from '../../types/calendar.ts';

export const NOT_READ = -1;

const MICROS_PER_DAY = 86_400_000_000;
const MAX_FRACTION = 6;
const NO_DAY = -1;
const ZERO = 48;
const BLANK = 32;
const PLUS = 43;
const HYPHEN = 45;
const POINT = 46;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const FRACTION = [0, 100_000, 10_000, 1000, 100, 10, 1] as const;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const MONTHS = Array.from({ length: (LAST_YEAR - FIRST_YEAR + 1) * 12 }, (_, month) => ({
  year: FIRST_YEAR + Math.floor(month / 12),
  month: (month % 12) + 1,
}));
/** By month since January 1970: the day before its first one, and its number of days. */
const DAYS_BEFORE = Int32Array.from(MONTHS, ({ year, month }) => daysFromCivil(year, month, 1) - 1);
const DAYS_IN = Int32Array.from(MONTHS, ({ year, month }) => daysInMonth(year, month));

export class TimeScan {
  readonly value = new Float64Array(1);
  private readonly mayLackOffset: boolean;

  /** `mayLackOffset`: a local time is UTC. */
  constructor(mayLackOffset: boolean) {
    this.mayLackOffset = mayLackOffset;
  }

  /** YYYY-MM-DD as days since 1970-01-01. */
  date(b: Uint8Array, p: number): number {
    if (b[p + 4] !== HYPHEN || b[p + 7] !== HYPHEN) return NOT_READ;
    const days = daysOf(digits4(b, p), digits2(b, p + 5), digits2(b, p + 8));
    this.value[0] = days;
    return days === NO_DAY ? NOT_READ : p + 10;
  }

  /** YYYYMMDD as days since 1970-01-01. */
  compactDate(b: Uint8Array, p: number): number {
    const days = daysOf(digits4(b, p), digits2(b, p + 4), digits2(b, p + 6));
    this.value[0] = days;
    return days === NO_DAY ? NOT_READ : p + 8;
  }

  /** YYYY-MM-DD, T or a blank, HH:MM:SS, up to six digits of a fraction: microseconds since 1970-01-01T00:00:00. */
  datetime(b: Uint8Array, p: number): number {
    const between = b[p + 10];
    if (b[p + 4] !== HYPHEN || b[p + 7] !== HYPHEN || b[p + 13] !== COLON || b[p + 16] !== COLON) return NOT_READ;
    if (between !== LETTER_T && between !== BLANK) return NOT_READ;
    const days = daysOf(digits4(b, p), digits2(b, p + 5), digits2(b, p + 8));
    const hour = digits2(b, p + 11);
    const minute = digits2(b, p + 14);
    const second = digits2(b, p + 17);
    if (days === NO_DAY || (hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return NOT_READ;
    let end = p + 19;
    let fraction = 0;
    if (b[end] === POINT) {
      end += 1;
      const first = end;
      for (let digit = (b[end] as number) - ZERO; digit >= 0 && digit <= 9; digit = (b[end] as number) - ZERO) {
        fraction = fraction * 10 + digit;
        end += 1;
        if (end - first > MAX_FRACTION) return NOT_READ;
      }
      if (end === first) return NOT_READ;
      fraction *= FRACTION[end - first] as number;
    }
    this.value[0] = days * MICROS_PER_DAY + (hour * 3600 + minute * 60 + second) * 1_000_000 + fraction;
    return end;
  }

  /** datetime() and Z, +hh:mm, -hh:mm, or nothing where a local time is UTC. */
  timestamp(b: Uint8Array, p: number): number {
    const end = this.datetime(b, p);
    if (end === NOT_READ) return NOT_READ;
    const sign = b[end];
    if (sign === LETTER_Z) return end + 1;
    if (sign !== PLUS && sign !== HYPHEN) return this.mayLackOffset ? end : NOT_READ;
    const hours = digits2(b, end + 1);
    const minutes = digits2(b, end + 4);
    if (b[end + 3] !== COLON || (hours | minutes) < 0 || hours > 17 || minutes > 59) return NOT_READ;
    const offset = (hours * 3600 + minutes * 60) * 1_000_000;
    this.value[0] = (this.value[0] as number) + (sign === PLUS ? -offset : offset);
    return end + 6;
  }
}

function daysOf(year: number, month: number, day: number): number {
  // Another century is for the general reader.
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return NO_DAY;
  const place = (year - FIRST_YEAR) * 12 + month - 1;
  return day >= 1 && day <= (DAYS_IN[place] as number) ? (DAYS_BEFORE[place] as number) + day : NO_DAY;
}

/** Negative where a byte is no digit. */
function digits2(b: Uint8Array, p: number): number {
  const tens = (b[p] as number) - ZERO;
  const ones = (b[p + 1] as number) - ZERO;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? -1 : tens * 10 + ones;
}

function digits4(b: Uint8Array, p: number): number {
  const high = digits2(b, p);
  const low = digits2(b, p + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}
