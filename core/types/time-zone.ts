/**
 * Local times of a zone to UTC. A local time that a change of the clocks makes impossible (gap) or double (overlap) is
 * refused, never guessed. Days without a change, nearly all, are answered from a cache of one offset a day.
 */
import type { Temporal } from 'temporal-polyfill';
import { civilFromDays, MICROS_PER_DAY, splitMicros } from './calendar.ts';
import { temporal } from './temporal.ts';

const CACHED_DAYS_MAX = 10_000;
/** Names that were asked for: only specs ask, so there are few. */
const zones = new Map<string, boolean>();
/** zone -> local day -> offset in microseconds, or null where the offset changes within that day. */
const offsetsByDay = new Map<string, Map<number, bigint | null>>();

export function isTimeZone(name: string): boolean {
  let known = zones.get(name);
  if (known === undefined) {
    known = findTimeZone(name);
    zones.set(name, known);
  }
  return known;
}

function findTimeZone(name: string): boolean {
  if (name === 'UTC') {
    return true;
  }
  // Fixed offsets have no name in IANA's list; specs name places or UTC.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) {
    return false;
  }
  try {
    temporal().Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** Microseconds UTC, or why there is no single answer. */
export function localToUtc(localMicros: bigint, zone: string): bigint | 'gap' | 'overlap' {
  if (zone === 'UTC') {
    return localMicros;
  }
  const { day, microsOfDay } = splitMicros(localMicros);
  const offset = offsetOfDay(day, zone);
  return offset === null ? resolveExactly(day, microsOfDay, zone) : localMicros - offset;
}

/** Microseconds of the zone's wall clock at a moment. */
export function utcToLocal(utcMicros: bigint, zone: string): bigint {
  return zone === 'UTC' ? utcMicros : utcMicros + offsetAt(utcMicros, zone);
}

function offsetAt(utcMicros: bigint, zone: string): bigint {
  const { Instant } = temporal();
  return BigInt(new Instant(utcMicros * 1000n).toZonedDateTimeISO(zone).offsetNanoseconds) / 1000n;
}

function offsetOfDay(day: number, zone: string): bigint | null {
  let days = offsetsByDay.get(zone);
  if (days === undefined || days.size >= CACHED_DAYS_MAX) {
    days = new Map();
    offsetsByDay.set(zone, days);
  }
  let offset = days.get(day);
  if (offset === undefined) {
    offset = constantOffset(day, zone);
    days.set(day, offset);
  }
  return offset;
}

function constantOffset(day: number, zone: string): bigint | null {
  const midnight = plainDateTime(day, 0);
  const start = midnight.toZonedDateTime(zone);
  const next = start.getTimeZoneTransition('next');
  const shifted = !start.toPlainDateTime().equals(midnight);
  const changes = next !== null && next.epochNanoseconds - start.epochNanoseconds <= BigInt(MICROS_PER_DAY) * 1000n;
  return shifted || changes ? null : BigInt(start.offsetNanoseconds) / 1000n;
}

function resolveExactly(day: number, microsOfDay: number, zone: string): bigint | 'gap' | 'overlap' {
  const local = plainDateTime(day, microsOfDay);
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.epochNanoseconds === later.epochNanoseconds) {
    return earlier.epochNanoseconds / 1000n;
  }
  return earlier.toPlainDateTime().equals(local) ? 'overlap' : 'gap';
}

function plainDateTime(day: number, microsOfDay: number): Temporal.PlainDateTime {
  const { year, month, day: dayOfMonth } = civilFromDays(day);
  const seconds = Math.floor(microsOfDay / 1_000_000);
  const micros = microsOfDay % 1_000_000;
  const { PlainDateTime } = temporal();
  return new PlainDateTime(
    year,
    month,
    dayOfMonth,
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
    Math.floor(micros / 1000),
    micros % 1000,
  );
}
