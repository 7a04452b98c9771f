import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { verifyAudit } from './verify.ts';

async function afterADay(): Promise<LaneBench> {
  const lane = laneBench();
  await lane.drop('trades/t_20230130_a.csv', ['id', '1', 'BAD']);
  await lane.drop('trades/t_20230130_b.csv', ['id', 'FAIL']);
  await lane.run(MONDAY, [laneSpec()]);
  await lane.drop('trades/t_20230130_a.csv', ['id', '1']);
  await lane.run(MONDAY, [laneSpec()]);
  return lane;
}

test('what the lane did verifies', async () => {
  const result = await verifyAudit((await afterADay()).store);
  expect(result).toMatchObject({ runs: 2, loads: 3, ignored_events: 0, problems: [] });
  expect(result.objects).toBeGreaterThanOrEqual(9);
});

test.each(['staging/', 'quarantine/', 'failed/', 'archive/', 'control/specs/'])('a changed byte in %s is found', async (prefix) => {
  const lane = await afterADay();
  const objects = (await lane.names(prefix)).filter((name) => !name.endsWith('_manifest.json'));
  expect(objects.length).toBeGreaterThan(0);
  for (const name of objects) {
    const before = await lane.store.read(name);
    const changed = Buffer.from(before);
    changed[0] = (changed[0] ?? 0) ^ 1;
    // A report that is no JSON any more is a difference too, not an error of the audit.
    const text = name.endsWith('report.json') ? Buffer.from(before.toString().replace('"md5"', '"mdX"')) : changed;
    await lane.store.write(name, text, { overwrite: true });
    expect(
      (await verifyAudit(lane.store)).problems.map((one) => one.where),
      name,
    ).toContain(name);
    await lane.store.write(name, before, { overwrite: true });
  }
});

test('an object that is gone is found', async () => {
  const lane = await afterADay();
  const [name = ''] = await lane.names('archive/');
  await lane.store.delete(name, { generation: (await lane.store.stat(name))?.generation ?? '' });
  expect((await verifyAudit(lane.store)).problems).toMatchObject([{ where: name, problem: 'The object is not there.' }]);
});

test('a chain that was cut off at its end is found by a head that was kept elsewhere', async () => {
  const lane = await afterADay();
  const keptHead = (await verifyAudit(lane.store)).head?.hash ?? '';
  expect((await verifyAudit(lane.store, { keptHead })).problems).toEqual([]);
  for (const name of (await lane.names('control/events/')).slice(-1)) {
    await lane.store.delete(name, { generation: (await lane.store.stat(name))?.generation ?? '' });
  }
  expect((await verifyAudit(lane.store)).problems).toEqual([]);
  expect((await verifyAudit(lane.store, { keptHead })).problems).toMatchObject([{ expected: keptHead }]);
});

test('a staged part that the store removed when its time was over is counted, and is a problem before', async () => {
  let nowMs = Date.parse('2023-01-30T19:00:00Z');
  const lane = laneBench(createMemoryObjectStore({ clockMs: () => nowMs }));
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.run(MONDAY, [laneSpec()]);
  const [part = ''] = (await lane.names('staging/')).filter((name) => name.endsWith('.parquet'));
  const { generation = '' } = (await lane.store.stat(part)) ?? {};
  await lane.store.delete(part, { generation });
  const keptDays = { staging: 30 };
  expect((await verifyAudit(lane.store, { keptDays })).problems).toMatchObject([{ where: part }]);
  nowMs += 31 * 86_400_000;
  expect(await verifyAudit(lane.store, { keptDays })).toMatchObject({ expired_objects: 1, problems: [] });
  expect((await verifyAudit(lane.store)).problems).toHaveLength(1);
});
