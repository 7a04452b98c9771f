/** The codes of ISO 4217 in use, funds and precious metals included, and those withdrawn lately; their date is in currency-codes.json. */
import list from './currency-codes.json' with { type: 'json' };

const CODES: ReadonlySet<string> = new Set([...list.codes, ...list.withdrawn].flatMap((line) => line.split(' ')));

export function isCurrencyCode(text: string): boolean {
  return CODES.has(text);
}
