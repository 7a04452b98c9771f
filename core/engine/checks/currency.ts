/** The codes of ISO 4217 in use, funds and precious metals included, and those withdrawn lately; their date is in currency-codes.json. */
import list from './currency-codes.json' with { type: 'json' };

const CODES: ReadonlySet<string> = new Set([...list.codes, ...list.withdrawn].flatMap((line) => line.split(' ')));

export function isCurrencyCode(text: string): boolean {
  return CODES.has(text);
}

const LENGTH = 3;
const PACKED: ReadonlySet<number> = new Set([...CODES].map((code) => packed(Buffer.from(code, 'latin1'), 0)));

function packed(b: Uint8Array, from: number): number {
  return ((b[from] ?? 0) << 16) | ((b[from + 1] ?? 0) << 8) | (b[from + 2] ?? 0);
}

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function currencyCodeHolds(b: Uint8Array, from: number, to: number): boolean {
  return to - from === LENGTH && PACKED.has(packed(b, from));
}
