/** The rules by which the simulated regulator judges a report, from its content alone. Codes that begin with SIM- are its own. */
import type { ReportContent } from './read-report.ts';

export interface InstrumentLists {
  /** ISINs that the reference data do not have. */
  readonly unknown: ReadonlySet<string>;
  /** ISINs whose reference data come later. */
  readonly pending: ReadonlySet<string>;
}

export interface Verdict {
  readonly state: 'ACPT' | 'RJCT' | 'PDNG';
  readonly codes: readonly string[];
}

export function judgeReport({ leis, isins }: ReportContent, instruments: InstrumentLists): Verdict {
  const codes = [
    ...(leis.every(hasLeiCheckDigits) ? [] : ['SIM-LEI']),
    ...(isins.every(hasIsinCheckDigit) ? [] : ['SIM-ISIN']),
    ...(isins.some((isin) => instruments.unknown.has(isin)) ? ['CON-412'] : []),
  ];
  if (codes.length > 0) return { state: 'RJCT', codes };
  return isins.some((isin) => instruments.pending.has(isin)) ? { state: 'PDNG', codes: ['CON-411'] } : { state: 'ACPT', codes: [] };
}

/** ISO 17442: 20 characters that are 1 modulo 97, letters being 10 to 35. */
export function hasLeiCheckDigits(text: string): boolean {
  return /^[A-Z0-9]{18}[0-9]{2}$/.test(text) && BigInt(digitsOf(text)) % 97n === 1n;
}

/** ISO 6166: Luhn over the digits, letters being 10 to 35. */
export function hasIsinCheckDigit(text: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/.test(text)) return false;
  const sum = Array.from(digitsOf(text), Number)
    .toReversed()
    .map((digit, place) => (place % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2))
    .reduce((total, digit) => total + digit, 0);
  return sum % 10 === 0;
}

function digitsOf(text: string): string {
  return Array.from(text, (character) => String(Number.parseInt(character, 36))).join('');
}

const DAY_MS = 86_400_000;

/** Whether a transaction report comes after the end of the working day (UTC) that follows the trade; other reports after `withinMs`. Told in the books, not refused. */
export function isLate({ tradedMs, form }: ReportContent, receivedMs: number, withinMs: number | null): boolean {
  if (tradedMs === null) return false;
  if (form === 'json') return withinMs !== null && receivedMs > tradedMs + withinMs;
  let day = Math.floor(tradedMs / DAY_MS) + 1;
  while (isWeekend(day)) day += 1;
  return receivedMs >= (day + 1) * DAY_MS;
}

/** 1 January 1970 was a Thursday. */
function isWeekend(day: number): boolean {
  return (day + 3) % 7 >= 5;
}
