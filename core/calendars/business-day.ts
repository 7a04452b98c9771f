/** Business days: of the week, of every day, or of an exchange with its holidays. */
import { daysFromCivil } from '../types/calendar.ts';

/** An exchange's closed weekdays within the years that are known. */
export interface ExchangeCalendar {
  readonly mic: string;
  /** First and last day that the list covers. */
  readonly from: string;
  readonly to: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly closed_weekdays: readonly number[];
  readonly holidays: ReadonlySet<string>;
  /** Days of trading on a weekday that is closed otherwise. */
  readonly special_days: ReadonlySet<string>;
}

export type Calendars = ReadonlyMap<string, ExchangeCalendar>;

const THURSDAY = 4;
const SATURDAY = 6;
const DAYS = 7;

/** Outside the years of an exchange's list its weekdays decide: a day too many is asked for rather than one too few. */
export function isBusinessDay(calendars: Calendars, calendar: string, date: string): boolean {
  if (calendar === 'every_day') return true;
  const exchange = calendars.get(calendar);
  if (exchange === undefined) return dayOfWeek(date) < SATURDAY;
  if (exchange.special_days.has(date)) return true;
  return !exchange.closed_weekdays.includes(dayOfWeek(date)) && !exchange.holidays.has(date);
}

/** Of a day YYYY-MM-DD: 1 is Monday, 7 is Sunday. */
export function dayOfWeek(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  // 1970-01-01 was a Thursday.
  return ((((daysFromCivil(year, month, day) + THURSDAY - 1) % DAYS) + DAYS) % DAYS) + 1;
}
