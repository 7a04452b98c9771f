import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import { createDbtWorker } from './dbt-process.ts';
import { warehousePath } from './snapshot.ts';
import { BANK_SPECS, BANK_WEEK } from './test-support/bank-week.ts';
import { copyDeliveries } from './test-support/build-anew.ts';
import { shuffledWeek } from './test-support/shuffled-week.ts';
import { DeliveredRoot } from './test-support/delivered-root.ts';
import { transform, type TransformResult } from './transform.ts';

const worker = createDbtWorker({ timeoutMs: 180_000 });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transform-'));
});
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

async function build(rootFolder: string, more: { fullRefresh?: boolean; allTests?: boolean } = {}): Promise<TransformResult> {
  const result = await transform({ rootFolder, specs: BANK_SPECS, ...more }, worker);
  expect(result.failures).toEqual([]);
  return result;
}

describe('an incremental build', () => {
  it('gives after every run what a build from nothing gives, and a full refresh changes nothing', { timeout: 600_000 }, async () => {
    const root = new DeliveredRoot(join(folder, 'incremental'));
    for (const [index, run] of BANK_WEEK.entries()) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
      await build(root.folder);
      const anew = join(folder, `anew-${String(index)}`);
      await copyDeliveries(root.folder, anew);
      await build(anew, { allTests: index === BANK_WEEK.length - 1 });
      expect(await compareWarehouses(warehousePath(root.folder), warehousePath(anew))).toEqual([]);
    }
    const before = join(folder, 'before');
    await copyDeliveries(root.folder, before);
    await build(before);
    await build(root.folder, { fullRefresh: true });
    expect(await compareWarehouses(warehousePath(root.folder), warehousePath(before))).toEqual([]);
  });

  it.each([1, 2])('gives the same in the order of shuffle %i', { timeout: 600_000 }, async (seed) => {
    const root = new DeliveredRoot(join(folder, `shuffled-${String(seed)}`));
    for (const run of shuffledWeek(seed)) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
      await build(root.folder);
    }
    const anew = join(folder, `shuffled-${String(seed)}-anew`);
    await copyDeliveries(root.folder, anew);
    await build(anew);
    expect(await compareWarehouses(warehousePath(root.folder), warehousePath(anew))).toEqual([]);
  });
});

describe('a build that is killed', () => {
  it('leaves nothing that the next build does not mend', { timeout: 600_000 }, async () => {
    const root = new DeliveredRoot(join(folder, 'killed'));
    for (const run of BANK_WEEK.slice(0, 3)) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
    }
    for (const timeoutMs of [2_500, 3_500, 4_500]) {
      const impatient = createDbtWorker({ timeoutMs });
      // A machine that is fast enough may finish in time, which is as good.
      await transform({ rootFolder: root.folder, specs: BANK_SPECS }, impatient).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'DBT_WORKER' });
      });
      await impatient.close();
    }
    await build(root.folder);
    const anew = join(folder, 'killed-anew');
    await copyDeliveries(root.folder, anew);
    await build(anew);
    expect(await compareWarehouses(warehousePath(root.folder), warehousePath(anew))).toEqual([]);
  });
});
