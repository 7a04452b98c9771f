/**
 * Exact products of a whole number of up to 15 digits and a power of ten, as a signed number of 128 bits in four words: what
 * a decimal becomes whose scaled value is too large for a double. In limbs of 24 bits, so that no sum leaves a double.
 */
const LIMB = 2 ** 24;
const LIMBS = 6;
/** 10^exponent as three limbs, the lowest first; exponents up to 18. */
const POWERS: readonly (readonly [number, number, number])[] = Array.from({ length: 19 }, (_, exponent) => {
  const power = 10n ** BigInt(exponent);
  return [Number(power & 0xffffffn), Number((power >> 24n) & 0xffffffn), Number(power >> 48n)];
});
export const MAX_WIDE_EXPONENT = 18;

const limbs = new Float64Array(LIMBS);

/** Writes `sign * number * 10^exponent` to `words`, the lowest word first. */
export function wideProduct(number: number, exponent: number, negative: boolean, words: Int32Array): void {
  const n0 = number % LIMB;
  const n1 = Math.floor(number / LIMB) % LIMB;
  const n2 = Math.floor(number / LIMB / LIMB);
  const [p0, p1, p2] = POWERS[exponent] as readonly [number, number, number];
  limbs[0] = n0 * p0;
  limbs[1] = n0 * p1 + n1 * p0;
  limbs[2] = n0 * p2 + n1 * p1 + n2 * p0;
  limbs[3] = n1 * p2 + n2 * p1;
  limbs[4] = n2 * p2;
  limbs[5] = 0;
  let carry = 0;
  for (let index = 0; index < LIMBS; index += 1) {
    const sum = (limbs[index] as number) + carry;
    carry = Math.floor(sum / LIMB);
    limbs[index] = sum - carry * LIMB;
  }
  const [l0, l1, l2, l3, l4, l5] = limbs as unknown as [number, number, number, number, number, number];
  words[0] = l0 | (l1 << 24);
  words[1] = (l1 >>> 8) | (l2 << 16);
  words[2] = (l2 >>> 16) | (l3 << 8);
  words[3] = l4 | (l5 << 24);
  if (negative) negate(words);
}

function negate(words: Int32Array): void {
  let carry = 1;
  for (let index = 0; index < 4; index += 1) {
    const sum = (~(words[index] as number) >>> 0) + carry;
    words[index] = sum | 0;
    carry = sum > 0xffffffff ? 1 : 0;
  }
}
