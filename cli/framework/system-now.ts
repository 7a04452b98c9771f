/** The wall clock as ISO 8601 UTC with 6 fractional digits (milliseconds are what the clock gives). */
export function systemNow(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
