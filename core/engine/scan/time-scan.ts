/**
 * Dates and times read from bytes, in the plain forms alone: what readValue() reads of them, or NaN for everything else,
 * which the general reader then judges. Years are 1970 to 2199, whose microseconds a double holds exactly.
 */
import { daysFromCivil } from '../../types/calendar.ts';

const MICROS_PER_DAY = 86_400_000_000;
const ZERO = 48;
const FRACTION = [0, 100_000, 10_000, 1000, 100, 10, 1] as const;
/** By month from 1; in February those of every year. */
const MONTH_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export class TimeScan {
  /** Behind the last byte that was read; meaningless after NaN. */
  end = 0;
  private readonly mayLackOffset: boolean;
  private lastDate = -1;
  private lastDays = 0;

  /** `mayLackOffset`: a local time is UTC. */
  constructor(mayLackOffset: boolean) {
    this.mayLackOffset = mayLackOffset;
  }

  /** YYYY-MM-DD as days since 1970-01-01. */
  date(b: Uint8Array, p: number): number {
    if (b[p + 4] !== 45 || b[p + 7] !== 45) return Number.NaN;
    this.end = p + 10;
    return this.days(digits4(b, p), digits2(b, p + 5), digits2(b, p + 8));
  }

  /** YYYY-MM-DD, T or a blank, HH:MM:SS, up to six digits of a fraction: microseconds since 1970-01-01T00:00:00. */
  datetime(b: Uint8Array, p: number): number {
    const days = this.date(b, p);
    const between = b[p + 10];
    if ((between !== 84 && between !== 32) || b[p + 13] !== 58 || b[p + 16] !== 58) return Number.NaN;
    const hour = digits2(b, p + 11);
    const minute = digits2(b, p + 14);
    const second = digits2(b, p + 17);
    // NaN compares false: a byte that is no digit ends here as well.
    if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
    const micros = days * MICROS_PER_DAY + (hour * 3600 + minute * 60 + second) * 1_000_000;
    this.end = p + 19;
    return b[p + 19] === 46 ? micros + this.fraction(b, p + 20) : micros;
  }

  /** datetime() and Z, +hh:mm, -hh:mm, or nothing where a local time is UTC. */
  timestamp(b: Uint8Array, p: number): number {
    const micros = this.datetime(b, p);
    const at = this.end;
    const sign = b[at];
    if (sign === 90) {
      this.end = at + 1;
      return micros;
    }
    if (sign !== 43 && sign !== 45) return this.mayLackOffset ? micros : Number.NaN;
    const hours = digits2(b, at + 1);
    const minutes = digits2(b, at + 4);
    if (b[at + 3] !== 58 || !(hours < 18 && minutes < 60)) return Number.NaN;
    this.end = at + 6;
    const offset = (hours * 3600 + minutes * 60) * 1_000_000;
    return sign === 43 ? micros - offset : micros + offset;
  }

  /** YYYYMMDD as days since 1970-01-01. */
  compactDate(b: Uint8Array, p: number): number {
    this.end = p + 8;
    return this.days(digits4(b, p), digits2(b, p + 4), digits2(b, p + 6));
  }

  private fraction(b: Uint8Array, from: number): number {
    let number = 0;
    let at = from;
    for (let digit = (b[at] as number) - ZERO; digit >= 0 && digit <= 9; digit = (b[at] as number) - ZERO) {
      number = number * 10 + digit;
      at += 1;
    }
    this.end = at;
    const count = at - from;
    return count >= 1 && count <= 6 ? number * (FRACTION[count] as number) : Number.NaN;
  }

  private days(year: number, month: number, day: number): number {
    const date = year * 10_000 + month * 100 + day;
    if (date === this.lastDate) return this.lastDays;
    // 29 February and other centuries are for the general reader.
    if (!(year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= (MONTH_DAYS[month] as number))) return Number.NaN;
    this.lastDate = date;
    this.lastDays = daysFromCivil(year, month, day);
    return this.lastDays;
  }
}

/** NaN where a byte is no digit. */
function digits2(b: Uint8Array, p: number): number {
  const tens = (b[p] as number) - ZERO;
  const ones = (b[p + 1] as number) - ZERO;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? Number.NaN : tens * 10 + ones;
}

function digits4(b: Uint8Array, p: number): number {
  return digits2(b, p) * 100 + digits2(b, p + 2);
}
