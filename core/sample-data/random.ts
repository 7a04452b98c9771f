/**
 * Seeded random numbers: the same seed gives the same numbers on every machine (32-bit integer arithmetic only, the
 * generator known as mulberry32). For sample data and tests, never for secrets.
 */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of a list that has at least one element. */
  pick<T>(list: readonly T[]): T;
  /** True about `parts` times of `of`. */
  chance(parts: number, of: number): boolean;
}

const STEP = 0x6d2b79f5;
const RANGE = 2 ** 32;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (min: number, max: number): number => min + Math.floor((next() / RANGE) * (max - min + 1));
  return {
    integer,
    pick: (list) => {
      const element = list[integer(0, list.length - 1)];
      if (element === undefined) throw new RangeError('pick from an empty list');
      return element;
    },
    chance: (parts, of) => integer(1, of) <= parts,
  };
}
