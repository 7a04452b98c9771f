/** How long to wait before a try: 1, 2, 4, 8, 16 s, a quarter more or less by chance, and not before the regulator wishes. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 16_000] as const;
export const TRIES_MAX = PAUSES_MS.length + 1;

/** `failed` tries were made (at least 1). `chance` is from 0 to below 1. */
export function pauseBeforeTry(failed: number, chance: number, wishMs: number | null): number {
  const wholeMs = PAUSES_MS[Math.min(failed, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];
  return Math.max(wholeMs * (0.75 + chance / 2), wishMs ?? 0);
}

/** Milliseconds of a Retry-After header, seconds or a date (RFC 9110, 10.2.3), at most `maxMs`; null where there is none that can be read. */
export function readRetryAfter(text: string | undefined, nowMs: number, maxMs: number): number | null {
  if (text === undefined) return null;
  const wishMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(wishMs) ? null : Math.min(Math.max(wishMs, 0), maxMs);
}
