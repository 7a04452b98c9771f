/** Moments as the platform writes them: ISO 8601 UTC with 6 digits, which sort as text; and the days of a time zone. */
import { Temporal } from 'temporal-polyfill';

export function instantOfMs(milliseconds: number): string {
  return formatInstant(Temporal.Instant.fromEpochMilliseconds(Math.floor(milliseconds)));
}

export function msOfInstant(instant: string): number {
  return Temporal.Instant.from(instant).epochMilliseconds;
}

export function addMinutes(instant: string, minutes: number): string {
  return formatInstant(Temporal.Instant.from(instant).add({ seconds: Math.round(minutes * 60) }));
}

export function addHours(instant: string, hours: number): string {
  return addMinutes(instant, hours * 60);
}

/** The calendar day of a moment in a zone, YYYY-MM-DD. */
export function dateIn(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** A wall time of a day in a zone; in a gap of the clocks the later of the two readings, in an overlap the earlier moment. */
export function momentOf(date: string, time: string, timeZone: string): string {
  const local = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(time));
  return formatInstant(local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant());
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

export function earlierOf(left: string, right: string): string {
  return left < right ? left : right;
}

function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ fractionalSecondDigits: 6 });
}
