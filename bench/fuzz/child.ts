/** Compares the files of every so many groups of seeds, and tells its parent before and after each: a parent that hears nothing knows of a hang. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { differenceBetweenWays } from '../../core/engine/test-support/comparison/judge-both-ways.ts';
import { anyComparison, GROUP_SEEDS } from '../../core/engine/test-support/comparison/random-comparison.ts';
import { scratchParent } from './scratch-parent.ts';

export type ChildMessage =
  | { readonly kind: 'begin'; readonly seed: number }
  | { readonly kind: 'end'; readonly seed: number; readonly mutations: number; readonly bytes: number; readonly difference: string | null };

function tell(message: ChildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

const [first, step] = process.argv.slice(2).map(Number);
if (first === undefined || step === undefined || process.send === undefined) throw new RangeError('to be started by fuzz.ts');
/** The next one of the group, or the first one of the next group that is this process's. */
function following(seed: number, blocks: number): number {
  const next = seed + 1;
  return next % GROUP_SEEDS === 0 ? next + (blocks - 1) * GROUP_SEEDS : next;
}

const folder = mkdtempSync(join(scratchParent(), 'fuzz-'));
const stop = new AbortController();
process.on('message', () => {
  stop.abort();
});
for (let seed = first; !stop.signal.aborted && process.connected; seed = following(seed, step)) {
  await tell({ kind: 'begin', seed });
  const input = anyComparison(seed);
  const difference = await differenceBetweenWays(folder, input, input.ways);
  await tell({ kind: 'end', seed, mutations: input.mutations, bytes: input.delivered.length, difference });
}
rmSync(folder, { recursive: true });
if (process.connected) process.disconnect();
