/** Whatever the order in which the week's files come, the warehouse that grew cycle by cycle equals one that is built from nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { land } from '../../cli/demo/land.ts';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { openSandboxLane } from '../../cli/sandbox/sandbox-lane.ts';
import { emptyRoot, EQUAL, openAnewBuilds, type AnewBuilds } from '../../orchestrator/transform/test-support/build-anew.ts';
import { HOME } from './command-line.ts';
import { shuffledDemoWeek } from './shuffled-week.ts';

/** Of each seed a test. Some in one file and some in another, so that files run side by side. */
export function testShuffles(seeds: readonly number[]): void {
  let folder = '';
  let anewBuilds: AnewBuilds;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shuffled-'));
    anewBuilds = openAnewBuilds(join(folder, 'anew'));
  });
  afterAll(async () => {
    await anewBuilds.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(seeds)('shuffle %i: the incremental build equals a full refresh', async (seed) => {
    const rootFolder = join(folder, 'shuffled');
    await emptyRoot(rootFolder);
    const lane = await openSandboxLane({
      rootFolder,
      specsFolder: join(HOME, 'source_specs'),
      environment: readEnvironment(),
      signal: new AbortController().signal,
    });
    try {
      for (const cycle of shuffledDemoWeek(seed)) {
        await land(rootFolder, cycle);
        const result = await lane.cycle(cycle.now);
        expect(result.errors).toEqual([]);
        expect(result.transform).toBe('ok');
      }
      expect(await anewBuilds.compare(rootFolder, lane.specs, { allTests: true })).toEqual(EQUAL);
    } finally {
      await lane.close();
    }
  });
}
