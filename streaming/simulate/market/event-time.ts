/**
 * Event times as texts and days. A time is whole microseconds since the epoch: an integer below 2^53, so a number holds it exactly.
 */
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

/** Writes times as 2026-01-05T09:30:00.000017Z; remembers the second, which most neighbours share. */
export function timeWriter(): (micros: number) => string {
  let second = -1;
  let prefix = '';
  return (micros) => {
    const now = Math.floor(micros / MICROS_PER_SECOND);
    if (now !== second) {
      second = now;
      prefix = new Date(now * 1000).toISOString().slice(0, 20);
    }
    // The leading 1 keeps the zeros that are cut off with it.
    return `${prefix}${String(MICROS_PER_SECOND + micros - now * MICROS_PER_SECOND).slice(1)}Z`;
  };
}

/** The UTC day as YYYYMMDD. */
export function dayText(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10).replaceAll('-', '');
}
