/** A failing comparison as files that can be looked at: the input, its shortest part that still fails, the spec, what differs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differenceBetweenWays } from '../../core/engine/test-support/comparison/judge-both-ways.ts';
import { anyComparison, type Comparison } from '../../core/engine/test-support/comparison/random-comparison.ts';
import { shrinkLines } from '../../core/engine/test-support/comparison/shrink-lines.ts';
import { scratchParent } from './scratch-parent.ts';

export const FAILURES = 'data/fuzz';
const SHRINK_ATTEMPTS = 400;

/** Writes below data/fuzz/<seed>; gives the folder. */
export function keepFailure(seed: number, difference: string): string {
  const input = anyComparison(seed);
  const folder = join(FAILURES, String(seed));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'input'), input.delivered);
  if (typeof input.control === 'string') writeFileSync(join(folder, 'control'), input.control);
  writeFileSync(join(folder, 'comparison.json'), describe(input));
  writeFileSync(join(folder, 'difference.txt'), `${difference}\n`);
  return folder;
}

/** Compares once more, in this process, and leaves a shorter input beside the whole one; null where nothing differs. */
export async function reproduce(seed: number): Promise<string | null> {
  const input = anyComparison(seed);
  const parent = mkdtempSync(join(scratchParent(), 'fuzz-'));
  try {
    const difference = await differenceBetweenWays(parent, input, input.ways);
    if (difference === null) return null;
    const folder = keepFailure(seed, difference);
    if (input.file.endsWith('.gz')) return difference;
    const differs = async (delivered: Buffer): Promise<boolean> =>
      (await differenceBetweenWays(parent, { ...input, delivered }, input.ways)) !== null;
    const short = await shrinkLines(input.delivered, differs, SHRINK_ATTEMPTS);
    writeFileSync(join(folder, 'short-input'), short);
    return (await differenceBetweenWays(parent, { ...input, delivered: short }, input.ways)) ?? difference;
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function describe({ spec, file, limits, ways, mutations }: Comparison): string {
  const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  return `${JSON.stringify({ file, limits, ways, mutations, spec }, asText, 2)}\n`;
}
