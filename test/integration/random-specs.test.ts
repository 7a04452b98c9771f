import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySpecFile } from '../../core/engine/test-support/any-spec/any-spec-file.ts';
import { differenceFromTruth } from '../../core/engine/test-support/any-spec/difference-from-truth.ts';
import { RANDOM_SPECS } from '../../core/engine/test-support/any-spec/random-spec.ts';

const FILES = 1_000;

it('a file of any spec is refused as its truth says, and its values are those that DuckDB reads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'random-specs-'));
  try {
    await fc.assert(
      fc.asyncProperty(RANDOM_SPECS, fc.nat(), async (spec, seed) => {
        expect(await differenceFromTruth(folder, 'file', anySpecFile(spec, seed))).toBeNull();
      }),
      { numRuns: FILES },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
