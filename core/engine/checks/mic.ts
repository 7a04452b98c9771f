/** The register of market identifier codes; its source and date are in mic-codes.json. Expired codes stay valid for history. */
import register from './mic-codes.json' with { type: 'json' };

const CODES: ReadonlySet<string> = new Set(register.codes.flatMap((line) => line.split(' ')));

export function isMic(text: string): boolean {
  return CODES.has(text);
}

const LENGTH = 4;
const PACKED: ReadonlySet<number> = new Set([...CODES].map((code) => packed(Buffer.from(code, 'latin1'), 0)));

function packed(b: Uint8Array, from: number): number {
  return ((b[from] ?? 0) << 24) | ((b[from + 1] ?? 0) << 16) | ((b[from + 2] ?? 0) << 8) | (b[from + 3] ?? 0);
}

/** The same of the ASCII bytes from `from` to before `to`, without a string. */
export function micHolds(b: Uint8Array, from: number, to: number): boolean {
  return to - from === LENGTH && PACKED.has(packed(b, from));
}
