/**
 * Days of the proleptic Gregorian calendar as numbers since 1970-01-01, by digit arithmetic (no Date, no zone).
 * Years are 1 to 9999 everywhere: what ISO 8601 writes with four digits and every warehouse holds.
 */
export const MICROS_PER_DAY = 86_400_000_000;
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
export const FIRST_MICROS = BigInt(FIRST_DAY) * BigInt(MICROS_PER_DAY);
export const LAST_MICROS = BigInt(LAST_DAY + 1) * BigInt(MICROS_PER_DAY) - 1n;

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

export function isCivilDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && day >= 1 && day <= daysInMonth(year, month);
}

/** The day's number; the date must be a real one. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilFromDays(days: number): CivilDate {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Splits microseconds since the epoch into the day and the microsecond of that day. */
export function splitMicros(micros: bigint): { readonly day: number; readonly microsOfDay: number } {
  const perDay = BigInt(MICROS_PER_DAY);
  let day = micros / perDay;
  let rest = micros - day * perDay;
  if (rest < 0n) {
    day -= 1n;
    rest += perDay;
  }
  return { day: Number(day), microsOfDay: Number(rest) };
}

export function joinMicros(day: number, microsOfDay: number): bigint {
  return BigInt(day) * BigInt(MICROS_PER_DAY) + BigInt(microsOfDay);
}
