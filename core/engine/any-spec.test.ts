import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireSpecs } from '../spec/load-specs.ts';
import { anySpecFile, type AnySpecFile } from './test-support/any-spec/any-spec-file.ts';
import { differenceFromTruth } from './test-support/any-spec/difference-from-truth.ts';
import { RANDOM_SPECS } from './test-support/any-spec/random-spec.ts';

const SEEDS = 6;
/** Many more are in the integration tests. */
const RANDOM_RUNS = 40;
const RANDOM_TIMEOUT_MS = 240_000;
const specs = await requireSpecs(fileURLToPath(new URL('../../source_specs', import.meta.url)));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'any-spec-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(specs.map((spec) => [spec.name, spec] as const))(
  '%s: a file with known faults is refused as the truth says',
  async (name, spec) => {
    let bad = 0;
    let good = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const file = anySpecFile(spec, seed);
      expect(await differenceFromTruth(folder, `${name}-${seed}`, file), `seed ${seed}`).toBeNull();
      bad += file.bad.length;
      good += file.goodCells.length;
    }
    expect(Math.min(bad, good)).toBeGreaterThan(SEEDS * 5);
  },
);

test(
  'so is one for any spec',
  async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(RANDOM_SPECS, fc.nat(), async (spec, seed) => {
        run += 1;
        expect(await differenceFromTruth(folder, `random-${run}`, anySpecFile(spec, seed))).toBeNull();
      }),
      { numRuns: RANDOM_RUNS },
    );
  },
  RANDOM_TIMEOUT_MS,
);

test('a truth that is not true is told: a code, a place, a value', async () => {
  const [spec] = specs.filter(({ name }) => name === 'venue_executions');
  const file = anySpecFile(spec!, 1);
  const [first, ...others] = file.bad;
  const changed = (more: Partial<AnySpecFile>): Promise<string | null> =>
    differenceFromTruth(folder, `told-${Object.keys(more).join('-')}`, { ...file, ...more });
  expect(await changed({ bad: [{ ...first!, codes: [...first!.codes, 'FIELD_UNKNOWN'] }, ...others] })).toMatch(
    /^expected .*FIELD_UNKNOWN/,
  );
  const records = file.records.map((record) => (record.codes.length === 0 ? { ...record, line: record.line + 1 } : record));
  expect(await changed({ records })).toMatch(/^expected \d+ \d+ \d+ \d+\nfound \d+/);
  const price = file.spec.schema.findIndex(({ name }) => name === 'last_px');
  const goodCells = file.goodCells.map((cells) => cells.map((cell, place) => (place === price ? { ...cell, text: '1' } : cell)));
  expect(await changed({ goodCells })).toMatch(/^last_px .*: DuckDB reads "1" as "10000", found /);
});
