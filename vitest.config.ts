import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Integration tests of five minutes and more, longest first. */
const LONGEST = ['shuffled-deliveries.test.ts', 'killed-run.test.ts', 'lane-on-bigquery.test.ts', 'dbt-on-bigquery.test.ts'];

/**
 * Starts the longest files first, so that no worker waits at the end for a long one that was begun last. By itself vitest knows
 * how long files take from the run before only, which a clean checkout has not, and takes large files for long ones.
 */
class LongestFirst extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(basename(moduleId));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((left, right) => rank(left) - rank(right));
  }
}

/** Tiers: `unit` and `end-to-end` are `make test`, `integration` is `make integration-test`. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'unit', include: ['{core,cli,orchestrator,streaming,reporter,scripts,bench}/**/*.test.ts'] } },
      { extends: true, test: { name: 'end-to-end', include: ['test/end-to-end/**/*.test.ts'], testTimeout: 300_000 } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 1_200_000 } },
    ],
  },
});
