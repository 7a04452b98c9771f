/** Chooses an index by weights in constant time: the alias method. Weights are above 0. */
import type { RandomNumbers } from './random-numbers.ts';

export function weightedChoice(weights: readonly number[]): (random: RandomNumbers) => number {
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * count) / total);
  const alias = new Uint32Array(count);
  const [small, large]: [number[], number[]] = [[], []];
  share.forEach((value, index) => (value < 1 ? small : large).push(index));
  while (small.length > 0 && large.length > 0) {
    const [low, high] = [small.pop() ?? 0, large.pop() ?? 0];
    alias[low] = high;
    share[high] = (share[high] ?? 1) - (1 - (share[low] ?? 1));
    ((share[high] ?? 1) < 1 ? small : large).push(high);
  }
  // What is left is 1 but for rounding.
  for (const index of [...small, ...large]) share[index] = 1;
  const limits = Float64Array.from(share);
  return (random) => {
    const place = random.unit() * count;
    const index = Math.floor(place);
    return place - index < (limits[index] ?? 1) ? index : (alias[index] ?? index);
  };
}
