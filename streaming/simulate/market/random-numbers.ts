/**
 * Seeded random numbers for endless streams: the generator known as sfc32, in 32-bit integer arithmetic alone, with a period of about 2^127, so
 * that nothing repeats however long a simulation runs. Every named stream of a seed is independent of the others. Never for secrets.
 */
export interface RandomNumbers {
  /** 0 <= x < 1, a multiple of 2^-32. */
  unit(): number;
  /** A whole number from 0 to below `bound`, which is at most 2^32. */
  below(bound: number): number;
  /** About normal, mean 0 and deviation 1: four uniform numbers added. Between -3.47 and 3.47. */
  noise(): number;
}

const RANGE = 2 ** 32;
/** Rounds after which the state has forgotten how it was set. */
const WARM_UP_ROUNDS = 15;
/** The sum of four uniform numbers has variance 4/12. */
const NOISE_SCALE = Math.sqrt(3);

export function randomNumbers(seed: number, stream: string): RandomNumbers {
  let a = seed | 0;
  let b = hashText(stream);
  let c = Math.floor(seed / RANGE) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();
  const unit = (): number => next() / RANGE;
  return {
    unit,
    below: (bound) => Math.floor(unit() * bound),
    noise: () => (unit() + unit() + unit() + unit() - 2) * NOISE_SCALE,
  };
}

/** FNV-1a, 32 bits: the place of a name in the space of seeds. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
