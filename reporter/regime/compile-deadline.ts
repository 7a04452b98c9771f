/** When a report is due. Pure: the calendar was read before. */
import { isBusinessDay, type Calendars } from '../../core/calendars/business-day.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { joinMicros, splitMicros } from '../../core/types/calendar.ts';
import { printDate } from '../../core/types/print-value.ts';
import { localToUtc, utcToLocal } from '../../core/types/time-zone.ts';
import type { PlannedDeadline } from './regime-plan.ts';

/** No exchange is closed for longer: further on the calendar is wrong. */
const CLOSED_DAYS_MAX = 60;
const MINUTE_US = 60_000_000;
/** Clocks are put forward by so much at most. */
const GAP_US = 3_600_000_000n;

export function compileDeadline(deadline: PlannedDeadline, calendars: Calendars): (tradeTimeUs: bigint) => bigint {
  if (deadline.kind === 'within') return (tradeTimeUs) => tradeTimeUs + deadline.micros;
  const { days, calendar, timezone, at } = deadline;
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  return (tradeTimeUs) => {
    let { day } = splitMicros(utcToLocal(tradeTimeUs, timezone));
    for (let counted = 0; counted < days; counted += 1) day = nextBusinessDay(day, calendar, calendars);
    return utcOf(joinMicros(day, (hour * 60 + minute) * MINUTE_US), timezone);
  };
}

function nextBusinessDay(day: number, calendar: string, calendars: Calendars): number {
  for (let next = day + 1; next <= day + CLOSED_DAYS_MAX; next += 1) {
    if (isBusinessDay(calendars, calendar, printDate(next))) return next;
  }
  throw new MarketsError('CONFIG_INVALID', 'A calendar has no business day for too long.', {
    expected: `one within ${String(CLOSED_DAYS_MAX)} days`,
    found: calendar,
    next: 'Mend the calendar in config/calendars.',
  });
}

/** The earlier of what a wall time can mean: a report is rather early than late. */
function utcOf(local: bigint, timezone: string): bigint {
  const utc = localToUtc(local, timezone);
  if (typeof utc === 'bigint') return utc;
  // In a gap the wall time an hour before it exists, in an overlap it is the last unambiguous one.
  const before = localToUtc(local - GAP_US, timezone);
  return typeof before === 'bigint' ? before : local - GAP_US;
}
