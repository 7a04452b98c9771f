import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_WIDE_EXPONENT, wideProduct } from './wide-product.ts';

const TWO_128 = 1n << 128n;

/** The four words as one signed number. */
function numberOf(words: Int32Array): bigint {
  const unsigned = [...words].reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return unsigned >= TWO_128 / 2n ? unsigned - TWO_128 : unsigned;
}

test('a product is that of whole numbers without bounds', () => {
  const borders = [0, 1, 2 ** 24 - 1, 2 ** 24, 2 ** 48 - 1, 2 ** 48, 10 ** 15 - 1, 10 ** 15];
  const numbers = fc.oneof(fc.constantFrom(...borders), fc.integer({ min: 0, max: 10 ** 15 }));
  const words = new Int32Array(4);
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: MAX_WIDE_EXPONENT }), fc.boolean(), (number, exponent, negative) => {
      wideProduct(number, exponent, negative, words);
      const exact = BigInt(number) * 10n ** BigInt(exponent);
      expect(numberOf(words)).toBe(negative ? -exact : exact);
    }),
    { numRuns: 3000 },
  );
});
