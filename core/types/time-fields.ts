/** What a written date or time says, field by field, before it is checked against a type. */
import { daysFromCivil, FIRST_MICROS, isCivilDate, joinMicros, LAST_MICROS } from './calendar.ts';
import { refused, type Reading, type ReadOptions } from './reading.ts';
import { localToUtc } from './time-zone.ts';

export interface TimeFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Nanoseconds of the second, 0 to 999,999,999. */
  readonly nanos: number;
  /** Seconds east of UTC; null when the text names no offset. */
  readonly offsetSeconds: number | null;
}

export const NO_TIME = { hour: 0, minute: 0, second: 0, nanos: 0, offsetSeconds: null } as const;
export const NO_DATE = { year: 1970, month: 1, day: 1 } as const;

/** Whether every field is in its range: no 2025-02-30, no 24:00, no leap second. */
export function areRealFields(fields: TimeFields): boolean {
  return isCivilDate(fields.year, fields.month, fields.day) && fields.hour <= 23 && fields.minute <= 59 && fields.second <= 59;
}

/** Nanoseconds of the second from the digits behind the mark; undefined beyond nine digits that are not zero. */
export function nanosOfFraction(digits: string): number | undefined {
  const kept = digits.slice(0, 9).padEnd(9, '0');
  return /^0*$/.test(digits.slice(9)) ? Number(kept) : undefined;
}

export function dateOf(fields: TimeFields): Reading {
  return { ok: true, value: daysFromCivil(fields.year, fields.month, fields.day) };
}

export function timeOf(fields: TimeFields): Reading {
  return fields.nanos % 1000 === 0 ? { ok: true, value: microsOfDay(fields) } : refused('a time of at most 6 digits behind the second');
}

export function datetimeOf(fields: TimeFields, precision: 'us' | 'ns'): Reading {
  const micros = joinMicros(daysFromCivil(fields.year, fields.month, fields.day), microsOfDay(fields));
  return withNanos(micros, fields.nanos % 1000, precision);
}

export function timestampOf(fields: TimeFields, options: ReadOptions): Reading {
  const local = joinMicros(daysFromCivil(fields.year, fields.month, fields.day), microsOfDay(fields));
  const zone = options.timezone ?? 'UTC';
  const utc = fields.offsetSeconds === null ? localToUtc(local, zone) : local - BigInt(fields.offsetSeconds) * 1_000_000n;
  if (utc === 'gap') {
    return refused(`a local time that exists in ${zone}: the clocks are put forward over this one`);
  }
  if (utc === 'overlap') {
    return refused(`a local time that comes once in ${zone}, or an offset: the clocks are put back over this one`);
  }
  return withNanos(utc, fields.nanos % 1000, options.precision ?? 'us');
}

/** A moment within years 1 to 9999, its digits below the microsecond kept or refused. */
export function withNanos(micros: bigint, nanos: number, precision: 'us' | 'ns'): Reading {
  if (micros < FIRST_MICROS || micros > LAST_MICROS) {
    return refused('a moment from year 1 to year 9999');
  }
  if (precision === 'ns') {
    return { ok: true, value: micros, nanos };
  }
  return nanos === 0 ? { ok: true, value: micros } : refused('at most 6 digits behind the second (precision: us)');
}

function microsOfDay(fields: TimeFields): number {
  return (fields.hour * 3600 + fields.minute * 60 + fields.second) * 1_000_000 + Math.floor(fields.nanos / 1000);
}
