/** Business days: of the week, of every day, or of an exchange with its holidays. */
import { dayOfWeek } from '../time/instant.ts';

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

const SATURDAY = 6;

/** Outside the years of an exchange's list its weekdays decide: a day too many is asked for rather than one too few. */
export function isBusinessDay(calendars: Calendars, calendar: string, date: string): boolean {
  if (calendar === 'every_day') return true;
  const exchange = calendars.get(calendar);
  if (exchange === undefined) return dayOfWeek(date) < SATURDAY;
  if (exchange.special_days.has(date)) return true;
  return !exchange.closed_weekdays.includes(dayOfWeek(date)) && !exchange.holidays.has(date);
}
