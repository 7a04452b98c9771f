import { defineConfig } from 'vitest/config';

/** Tiers: `unit` and `end-to-end` are `make test`, `integration` is `make integration-test`. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['{core,cli,orchestrator,streaming,reporter,scripts,bench}/**/*.test.ts'] } },
      { extends: true, test: { name: 'end-to-end', include: ['test/end-to-end/**/*.test.ts'], testTimeout: 300_000 } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 1_200_000 } },
    ],
  },
});
