/**
 * The end of a chain of objects that are numbered without holes and created one after another. A few questions tell it: doubling steps until there is
 * none, then halves. A listing would grow with all of history.
 */
import { MarketsError } from '../errors/markets-error.ts';

/** Above any number that a chain gets to in a century. */
const NUMBER_MAX = 2 ** 40;

/** The last number that is there, `from` where there is none above it. `from` itself is taken to be there. */
export async function lastOfChain(from: number, isThere: (number: number) => Promise<boolean>): Promise<number> {
  let there = from;
  let step = 1;
  while (await isThere(there + step)) {
    there += step;
    step *= 2;
    if (there > NUMBER_MAX) throw new MarketsError('STREAM_STATE', 'A chain has no end.', { expected: `fewer than ${NUMBER_MAX} objects` });
  }
  let absent = there + step;
  while (absent - there > 1) {
    const middle = there + Math.floor((absent - there) / 2);
    if (await isThere(middle)) there = middle;
    else absent = middle;
  }
  return there;
}
