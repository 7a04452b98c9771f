/** The register of market identifier codes; its source and date are in mic-codes.json. Expired codes stay valid for history. */
import register from './mic-codes.json' with { type: 'json' };

const CODES: ReadonlySet<string> = new Set(register.codes.flatMap((line) => line.split(' ')));

export function isMic(text: string): boolean {
  return CODES.has(text);
}
