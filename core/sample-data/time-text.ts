/** A moment as a column's format writes it. */
import { civilFromDays, splitMicros } from '../types/calendar.ts';
import { utcToLocal } from '../types/time-zone.ts';
import { printDate, printTime } from '../types/print-value.ts';
import type { Column, StrptimeDirective, TimeFormat } from '../spec/source-spec.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const MICROS = { s: 1_000_000n, ms: 1000n, us: 1n, ns: 1n } as const;
const NANOS = 1000n;

/** `micros` since 1970-01-01T00:00:00, UTC for a TIMESTAMP, else without a zone. */
export function timeText(column: Column, micros: bigint): string {
  const format = column.format ?? ({ kind: 'iso8601' } satisfies TimeFormat);
  if (format.kind === 'epoch') {
    return String(format.unit === 'ns' ? micros * NANOS : micros / MICROS[format.unit]);
  }
  const { day, microsOfDay } = splitMicros(onTheClock(column, format, micros));
  if (format.kind === 'strptime') {
    return format.parts.map((part) => ('literal' in part ? part.literal : directiveText(part.directive, day, microsOfDay))).join('');
  }
  switch (column.type.kind) {
    case 'DATE':
      return printDate(day);
    case 'TIME':
      return printTime(microsOfDay);
    default:
      return `${printDate(day)}T${printTime(microsOfDay)}`;
  }
}

/** What the column's clock shows; an offset in the text is written as UTC. */
function onTheClock(column: Column, format: TimeFormat, micros: bigint): bigint {
  if (column.type.kind !== 'TIMESTAMP') return micros;
  const writesOffset =
    format.kind === 'strptime' && format.parts.some((part) => 'directive' in part && (part.directive === 'z' || part.directive === 'Z'));
  return writesOffset ? micros : utcToLocal(micros, column.timezone);
}

function directiveText(directive: StrptimeDirective, day: number, microsOfDay: number): string {
  const { year, month, day: dayOfMonth } = civilFromDays(day);
  const seconds = Math.floor(microsOfDay / 1_000_000);
  const hour = Math.floor(seconds / 3600);
  const two = (value: number): string => String(value).padStart(2, '0');
  switch (directive) {
    case 'Y':
      return String(year).padStart(4, '0');
    case 'y':
      return two(year % 100);
    case 'm':
      return two(month);
    case 'b':
      return (MONTHS[month - 1] ?? '').slice(0, 3);
    case 'B':
      return MONTHS[month - 1] ?? '';
    case 'd':
      return two(dayOfMonth);
    case 'e':
      return String(dayOfMonth).padStart(2, ' ');
    case 'j':
      return String(day - dayNumberOfNewYear(day) + 1).padStart(3, '0');
    case 'H':
      return two(hour);
    case 'I':
      return two(((hour + 11) % 12) + 1);
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'M':
      return two(Math.floor(seconds / 60) % 60);
    case 'S':
      return two(seconds % 60);
    case 'f':
      return String(microsOfDay % 1_000_000).padStart(6, '0');
    case 'N':
      return `.${String(Math.floor((microsOfDay % 1_000_000) / 1000)).padStart(3, '0')}`;
    case 'z':
      return '+0000';
    case 'Z':
      return 'UTC';
  }
}

function dayNumberOfNewYear(day: number): number {
  const { month, day: dayOfMonth } = civilFromDays(day);
  if (month === 1) return day - dayOfMonth + 1;
  return dayNumberOfNewYear(day - dayOfMonth);
}
