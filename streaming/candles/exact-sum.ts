/**
 * Sums of products of two whole numbers, exactly, in doubles: a product of up to 104 bits is kept as three limbs of 26 bits. Callers
 * check FACTOR_LIMIT; the highest limb is moved to a BigInt before it is too large to be exact.
 */

/** Factors below this (and not negative) can be multiplied in limbs. */
export const FACTOR_LIMIT = 2 ** 52;
/** Sums of doubles stay below this, so that one more term below FACTOR_LIMIT is exact. */
export const SUM_LIMIT = 2 ** 52;
export const LIMB = 2 ** 26;
const LIMB_BITS = 26n;

/** Of the limbs' sums. Each is a whole number; they need not be normalised. */
export function joinLimbs(high: number, middle: number, low: number): bigint {
  return (BigInt(high) << (2n * LIMB_BITS)) + (BigInt(middle) << LIMB_BITS) + BigInt(low);
}

/** The limbs of a sum that is not negative. */
export function splitLimbs(sum: bigint): { readonly high: number; readonly middle: number; readonly low: number } {
  const mask = (1n << LIMB_BITS) - 1n;
  return { high: Number(sum >> (2n * LIMB_BITS)), middle: Number((sum >> LIMB_BITS) & mask), low: Number(sum & mask) };
}
