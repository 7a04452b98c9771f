/**
 * ISO 8601 in the extended form: 2023-01-30, 06:00:00.123456, both with T or one space between them, with Z, +hh:mm, +hhmm
 * or +hh. Seconds and fraction are optional, the fraction's mark is a point or a comma.
 */
import { NO_DATE, NO_TIME, nanosOfFraction, type TimeFields } from './time-fields.ts';

const DATE = String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`;
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,30}))?)?`;
const OFFSET = String.raw`(?<offset>Z|[+-]\d{2}(?::?\d{2})?)?`;

const DATE_TEXT = new RegExp(`^${DATE}$`);
const TIME_TEXT = new RegExp(`^${TIME}$`);
const DATETIME_TEXT = new RegExp(`^${DATE}[T ]${TIME}$`);
const TIMESTAMP_TEXT = new RegExp(`^${DATE}[T ]${TIME}${OFFSET}$`);

export function parseIsoDate(text: string): TimeFields | undefined {
  return fieldsOf(DATE_TEXT.exec(text));
}
export function parseIsoTime(text: string): TimeFields | undefined {
  return fieldsOf(TIME_TEXT.exec(text));
}
/** Without an offset: a DATETIME belongs to no zone. */
export function parseIsoDatetime(text: string): TimeFields | undefined {
  return fieldsOf(DATETIME_TEXT.exec(text));
}
export function parseIsoTimestamp(text: string): TimeFields | undefined {
  return fieldsOf(TIMESTAMP_TEXT.exec(text));
}

/** Seconds east of UTC of `Z`, `+hh`, `+hhmm` or `+hh:mm`, up to 18 hours; undefined for anything else. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z') {
    return 0;
  }
  const match = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(text);
  const minutes = Number(match?.[3] ?? 0);
  const seconds = Number(match?.[2]) * 3600 + minutes * 60;
  if (match === null || minutes > 59 || seconds > 18 * 3600) {
    return undefined;
  }
  return match[1] === '-' ? -seconds : seconds;
}

function fieldsOf(match: RegExpExecArray | null): TimeFields | undefined {
  if (match?.groups === undefined) {
    return undefined;
  }
  const { year, month, day, hour, minute, second, fraction, offset } = match.groups;
  const nanos = nanosOfFraction(fraction ?? '');
  const offsetSeconds = offset === undefined ? null : parseOffset(offset);
  if (nanos === undefined || offsetSeconds === undefined) {
    return undefined;
  }
  const date = year === undefined ? NO_DATE : { year: Number(year), month: Number(month), day: Number(day) };
  const time =
    hour === undefined ? NO_TIME : { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0), nanos, offsetSeconds };
  return { ...date, ...time };
}
