/**
 * The deliveries that calendars ask for, as events: (source, business date, due time in UTC), each written once, when its business date
 * begins in the time zone of its due time. Key is source and business date.
 */
import { dayOfWeek, isBusinessDay, type Calendars } from '../../core/calendars/business-day.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { keyOf } from '../state/lane-state.ts';
import { addDays, dateIn, momentOf } from '../time/instant.ts';

/** Further back nothing is made up for: a platform that stood still for longer has no one to tell. */
const DAYS_BACK_MAX = 400;

export async function recordExpected(lane: Lane, calendars: Calendars): Promise<number> {
  const events = lane.specs.filter(({ spec }) => spec.enabled).flatMap(({ spec }) => expectedEvents(lane, spec, calendars));
  if (events.length > 0) await lane.journal.record(events);
  return events.length;
}

function expectedEvents(lane: Lane, spec: SourceSpec, calendars: Calendars): AnyNewEvent[] {
  const { expected_by: by, min_files_per_day: minFiles, calendar, frequency } = spec.expectations;
  const first = lane.state.specs.get(spec.name)?.first_at;
  if (by === null || first === undefined || minFiles < 1) return [];
  const now = lane.clock.now();
  const today = dateIn(now, by.timezone);
  const earliest = addDays(today, -DAYS_BACK_MAX);
  const since = dateIn(first, by.timezone);
  const events: AnyNewEvent[] = [];
  for (let date = since > earliest ? since : earliest; date <= today; date = addDays(date, 1)) {
    if (lane.state.expected.has(keyOf(spec.name, date)) || !isBusinessDay(calendars, calendar, date)) continue;
    if (!closesPeriod(frequency, date, (day) => isBusinessDay(calendars, calendar, day))) continue;
    const data = { business_date: date, due_at: momentOf(date, by.time, by.timezone), min_files: minFiles };
    events.push({ type: 'delivery_expected', at: now, source: spec.name, data });
  }
  return events;
}

/** Weekly and monthly deliveries belong to the last business day of their week or month. */
function closesPeriod(frequency: SourceSpec['expectations']['frequency'], date: string, isOpen: (date: string) => boolean): boolean {
  if (frequency !== 'weekly' && frequency !== 'monthly') return true;
  const samePeriod = (next: string): boolean =>
    frequency === 'weekly' ? dayOfWeek(next) > dayOfWeek(date) : next.slice(0, 7) === date.slice(0, 7);
  for (let next = addDays(date, 1); samePeriod(next); next = addDays(next, 1)) if (isOpen(next)) return false;
  return true;
}
