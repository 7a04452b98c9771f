import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDbtWorker } from './dbt-process.ts';
import { BANK_SPECS, BANK_WEEK } from './test-support/bank-week.ts';
import { emptyRoot, EQUAL, openAnewBuilds, type AnewBuilds } from './test-support/build-anew.ts';
import { shuffledWeek } from './test-support/shuffled-week.ts';
import { DeliveredRoot } from './test-support/delivered-root.ts';
import { transform } from './transform.ts';

const worker = createDbtWorker({ timeoutMs: 180_000 });
let folder = '';
let anewBuilds: AnewBuilds;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transform-'));
  anewBuilds = openAnewBuilds(join(folder, 'anew'));
});
afterAll(async () => {
  await worker.close();
  await anewBuilds.close();
  await rm(folder, { recursive: true, force: true });
});

async function build(rootFolder: string, more: { fullRefresh?: boolean } = {}): Promise<void> {
  const { failures } = await transform({ rootFolder, specs: BANK_SPECS, ...more }, worker);
  expect(failures).toEqual([]);
}

/** Of all that was delivered to the root: the warehouse that is built from nothing, and then that of the root. */
async function expectAsAnew(root: DeliveredRoot, more: { allTests?: boolean } = {}): Promise<void> {
  expect(await anewBuilds.compare(root.folder, BANK_SPECS, more)).toEqual(EQUAL);
}

/** One root after the other in one folder: its dbt project is parsed once. */
async function newRoot(): Promise<DeliveredRoot> {
  await emptyRoot(join(folder, 'root'));
  return new DeliveredRoot(join(folder, 'root'));
}

describe('an incremental build', () => {
  it('gives after every run what a build from nothing gives, and a full refresh changes nothing', { timeout: 600_000 }, async () => {
    const root = await newRoot();
    for (const [index, run] of BANK_WEEK.entries()) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
      await build(root.folder);
      await expectAsAnew(root, { allTests: index === BANK_WEEK.length - 1 });
    }
    await build(root.folder, { fullRefresh: true });
    await expectAsAnew(root);
  });

  it.each([1, 2])('gives the same in the order of shuffle %i', { timeout: 600_000 }, async (seed) => {
    const root = await newRoot();
    for (const run of shuffledWeek(seed)) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
      await build(root.folder);
    }
    await expectAsAnew(root);
  });
});

describe('a build that is killed', () => {
  it('leaves nothing that the next build does not mend', { timeout: 600_000 }, async () => {
    const root = await newRoot();
    for (const run of BANK_WEEK.slice(0, 3)) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
    }
    for (const timeoutMs of [2_500, 3_500, 4_500, 6_000, 8_000]) {
      const impatient = createDbtWorker({ timeoutMs });
      // A machine that is fast enough may finish in time, which is as good.
      await transform({ rootFolder: root.folder, specs: BANK_SPECS }, impatient).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'DBT_WORKER' });
      });
      await impatient.close();
    }
    await build(root.folder);
    await expectAsAnew(root);
  });
});
