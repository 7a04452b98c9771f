import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIsin, isinHolds } from './isin.ts';

/** As the standard tells it: every letter as its two digits, then Luhn over all of them. */
function byTheStandard(text: string): boolean {
  if (!/^[A-Z]{2}[0-9A-Z]{9}[0-9]$/.test(text)) return false;
  const digits = Array.from(text, (character) => String(parseInt(character, 36))).join('');
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => {
      const weighted = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (weighted > 9 ? weighted - 9 : weighted);
    }, 0);
  return sum % 10 === 0;
}

const CHARACTERS = fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
const TEXTS = fc.oneof(
  fc
    .tuple(fc.constantFrom('US', 'DE', 'XS', 'QZ'), fc.string({ unit: CHARACTERS, minLength: 9, maxLength: 9 }), fc.nat(9))
    .map((parts) => parts.join('')),
  fc.string({ unit: fc.oneof(CHARACTERS, fc.constantFrom('a', '-', ' ')), minLength: 11, maxLength: 13 }),
);

test('texts and bytes are judged as the standard says', () => {
  for (const isin of ['US0378331005', 'DE000BAY0017', 'GB0002634946', 'AU0000XVGZA3']) expect(isIsin(isin)).toBe(true);
  fc.assert(
    fc.property(TEXTS, (text) => {
      const holds = byTheStandard(text);
      const bytes = Buffer.from(`x${text}x`);
      expect([isIsin(text), isinHolds(bytes, 1, bytes.length - 1)]).toEqual([holds, holds]);
    }),
    { numRuns: 5000 },
  );
});
