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
export const FRACTION = [0, 100_000, 10_000, 1000, 100, 10, 1] as const;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const MONTHS = Array.from({ length: (LAST_YEAR - FIRST_YEAR + 1) * 12 }, (_, month) => ({
  year: FIRST_YEAR + Math.floor(month / 12),
  month: (month % 12) + 1,
}));
/** By month since January 1970: the day before its first one, and its number of days. */
export const DAYS_BEFORE = Int32Array.from(MONTHS, ({ year, month }) => daysFromCivil(year, month, 1) - 1);
export const DAYS_IN = Int32Array.from(MONTHS, ({ year, month }) => daysInMonth(year, month));

export class TimeScan {
  readonly value = new Float64Array(1);
  readonly mayLackOffset: boolean;

  /** `mayLackOffset`: a local time is UTC. */
  constructor(mayLackOffset: boolean) {
    this.mayLackOffset = mayLackOffset;
  }

  /** YYYY-MM-DD as days since 1970-01-01. */
  date(v: DataView, p: number): number {
    if (v.getUint8(p + 4) !== HYPHEN || v.getUint8(p + 7) !== HYPHEN) return NOT_READ;
    const days = daysOf(digits4(v, p), digits2(v, p + 5), digits2(v, p + 8));
    this.value[0] = days;
    return days === NO_DAY ? NOT_READ : p + 10;
  }

  /** YYYYMMDD as days since 1970-01-01. */
  compactDate(v: DataView, p: number): number {
    const days = daysOf(digits4(v, p), digits2(v, p + 4), digits2(v, p + 6));
    this.value[0] = days;
    return days === NO_DAY ? NOT_READ : p + 8;
  }

  /** YYYY-MM-DD, T or a blank, HH:MM:SS, up to six digits of a fraction: microseconds since 1970-01-01T00:00:00. */
  datetime(v: DataView, p: number): number {
    const between = v.getUint8(p + 10);
    if (v.getUint8(p + 4) !== HYPHEN || v.getUint8(p + 7) !== HYPHEN || (between !== LETTER_T && between !== BLANK)) return NOT_READ;
    if (v.getUint8(p + 13) !== COLON || v.getUint8(p + 16) !== COLON) return NOT_READ;
    const days = daysOf(digits4(v, p), digits2(v, p + 5), digits2(v, p + 8));
    const hour = digits2(v, p + 11);
    const minute = digits2(v, p + 14);
    const second = digits2(v, p + 17);
    if (days === NO_DAY || (hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return NOT_READ;
    let end = p + 19;
    let fraction = 0;
    if (v.getUint8(end) === POINT) {
      end += 1;
      const first = end;
      const four = digits4(v, end);
      const two = four < 0 ? -1 : digits2(v, end + 4);
      if (two >= 0) {
        fraction = four * 100 + two;
        end += 6;
      }
      for (let digit = v.getUint8(end) - ZERO; digit >= 0 && digit <= 9; digit = v.getUint8(end) - ZERO) {
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
  timestamp(v: DataView, p: number): number {
    const end = this.datetime(v, p);
    if (end === NOT_READ) return NOT_READ;
    const sign = v.getUint8(end);
    if (sign === LETTER_Z) return end + 1;
    if (sign !== PLUS && sign !== HYPHEN) return this.mayLackOffset ? end : NOT_READ;
    const hours = digits2(v, end + 1);
    const minutes = digits2(v, end + 4);
    if (v.getUint8(end + 3) !== COLON || (hours | minutes) < 0 || hours > 17 || minutes > 59) return NOT_READ;
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

/** Two digits at once, the first one in the low byte; negative where a byte is no digit. */
function digits2(v: DataView, p: number): number {
  const word = v.getUint16(p, true) ^ 0x3030;
  // A digit is below ten: adding six leaves its high half empty.
  return (((word + 0x0606) | word) & 0xf0f0) === 0 ? (word & 0xff) * 10 + (word >>> 8) : -1;
}

/** Four digits at once. */
function digits4(v: DataView, p: number): number {
  const word = v.getInt32(p, true) ^ 0x30303030;
  if ((((word + 0x06060606) | word) & 0xf0f0f0f0) !== 0) return -1;
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}
