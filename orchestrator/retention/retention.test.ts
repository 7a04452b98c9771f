import { randomBytes } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { publishedSchemas } from '../../core/events/event-schema.ts';
import { verifyAudit } from '../audit/verify.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import type { WarehouseLane } from '../run/warehouse-steps.ts';
import { planRetention, retentionInRun, type RetentionRunOptions } from './retention.ts';

const isEvent = new Ajv2020({ strict: false }).compile(publishedSchemas()['event.schema.json'] ?? {});
const DAY_MS = 86_400_000;
const DAYS = { staging_days: 30, failed_days: 90, unclaimed_days: 90 };

/** A warehouse that has read whatever is published. */
const READS_ALL: WarehouseLane = {
  exists: async () => await Promise.resolve(true),
  transform: async () =>
    await Promise.resolve({
      status: 'ok',
      command: 'build',
      full_refresh: false,
      models: [],
      tests_passed: 0,
      tests_failed: 0,
      duration_ms: 1,
    }),
  dueExtracts: () => [],
  extract: async () => await Promise.reject(new Error('no extract is due')),
};

interface Aged {
  readonly lane: LaneBench;
  readonly passDays: (days: number) => void;
  readonly options: RetentionRunOptions;
}

/** A good file, one that failed and one that nobody claims, on a store whose clock the test moves. The warehouse has read all of it. */
async function agedLane({ isRead = true }: { isRead?: boolean } = {}): Promise<Aged> {
  let nowMs = Date.parse('2023-01-30T19:00:00Z');
  const lane = laneBench(createMemoryObjectStore({ clockMs: () => nowMs }));
  await lane.drop('trades/t_20230130_a.csv', ['id', '1', 'BAD']);
  await lane.drop('trades/t_20230130_b.csv', ['id', 'FAIL']);
  await lane.drop('nobody/knows.txt', ['?']);
  await lane.run(MONDAY, [laneSpec()], isRead ? { warehouse: READS_ALL } : {});
  return {
    lane,
    passDays: (days) => {
      nowMs += days * DAY_MS;
    },
    options: {
      store: lane.store,
      days: DAYS,
      clock: { now: () => MONDAY },
      heartbeatSeconds: 10,
      holder: 'test',
      newId: () => randomBytes(16).toString('hex'),
      engineVersion: 'test',
      signal: new AbortController().signal,
    },
  };
}

test('staged files go after 30 days, failed and unclaimed ones after 90, and the record stays', async () => {
  const { lane, passDays, options } = await agedLane();
  const kept = [...(await lane.names('archive/')), ...(await lane.names('quarantine/')), ...(await lane.names('control/specs/'))];
  expect(kept.length).toBeGreaterThanOrEqual(4);
  passDays(29.9);
  expect(await retentionInRun(options)).toMatchObject({ run_id: null, staging_held: false });
  passDays(0.2);
  const staged = await lane.names('staging/');
  expect((await planRetention(lane.store, DAYS)).folders.map(({ folder, objects }) => [folder, objects])).toEqual([
    ['staging', staged.length],
    ['failed', 0],
    ['landing', 0],
  ]);
  expect(await lane.names('staging/')).toEqual(staged);
  await retentionInRun(options);
  expect(await lane.names('staging/')).toEqual([]);
  expect(await lane.names('landing/')).toEqual(['landing/nobody/knows.txt']);
  passDays(60);
  await retentionInRun(options);
  expect([...(await lane.names('failed/')), ...(await lane.names('landing/'))]).toEqual([]);
  expect([...(await lane.names('archive/')), ...(await lane.names('quarantine/')), ...(await lane.names('control/specs/'))]).toEqual(kept);
});

test('what was removed is on record: the audit counts it, and names what is gone besides', async () => {
  const { lane, passDays, options } = await agedLane();
  passDays(31);
  const { generation = '' } = (await lane.store.stat((await lane.names('archive/'))[0] ?? '')) ?? {};
  const staged = await lane.names('staging/');
  await retentionInRun(options);
  const recorded = await lane.eventsOf('object_expired');
  expect(recorded.map(({ data }) => data.object)).toEqual(staged);
  for (const event of recorded) expect(isEvent(event), JSON.stringify(isEvent.errors)).toBe(true);
  expect(await verifyAudit(lane.store)).toMatchObject({ expired_objects: 1, problems: [] });
  const [archived = ''] = await lane.names('archive/');
  await lane.store.delete(archived, { generation });
  expect((await verifyAudit(lane.store)).problems).toMatchObject([{ where: archived }]);
});

test('a file that no cycle has looked at stays, however old it is, and so does one that a source claims', async () => {
  const { lane, passDays, options } = await agedLane();
  await lane.drop('nobody/later.txt', ['?']);
  await lane.drop('trades/t_20230131.csv', ['id', '1']);
  passDays(400);
  await retentionInRun(options);
  expect(await lane.names('landing/')).toEqual(['landing/nobody/later.txt', 'landing/trades/t_20230131.csv']);
});

test('a file that was replaced since a cycle looked at it is another file', async () => {
  const { lane, passDays, options } = await agedLane();
  passDays(50);
  await lane.drop('nobody/knows.txt', ['??']);
  passDays(50);
  await retentionInRun(options);
  expect(await lane.names('landing/')).toEqual(['landing/nobody/knows.txt']);
});

test('staged files stay while the warehouse has not read them', async () => {
  const { lane, passDays, options } = await agedLane({ isRead: false });
  passDays(31);
  expect(await retentionInRun(options)).toMatchObject({ run_id: null, staging_held: true });
  expect(await lane.names('staging/')).not.toEqual([]);
});

test('a run removes a bounded number and the next one the rest', async () => {
  const { lane, passDays, options } = await agedLane();
  passDays(91);
  const before = [...(await lane.names('staging/')), ...(await lane.names('failed/')), ...(await lane.names('landing/'))];
  expect(await retentionInRun({ ...options, objectsMax: 2 })).toMatchObject({ more: true });
  const between = [...(await lane.names('staging/')), ...(await lane.names('failed/')), ...(await lane.names('landing/'))];
  expect(between).toEqual(before.slice(2));
  expect(await retentionInRun(options)).toMatchObject({ more: false });
  expect([...(await lane.names('staging/')), ...(await lane.names('failed/')), ...(await lane.names('landing/'))]).toEqual([]);
});

test('killed between the event and the deletion, the next run deletes it; until then the audit still reads it', async () => {
  const { lane, passDays, options } = await agedLane();
  passDays(31);
  const deaf = { ...lane.store, delete: async () => await Promise.reject(new Error('killed')) };
  await expect(retentionInRun({ ...options, store: deaf })).rejects.toThrow('killed');
  expect(await verifyAudit(lane.store)).toMatchObject({ expired_objects: 0, problems: [] });
  await retentionInRun(options);
  expect(await lane.names('staging/')).toEqual([]);
  expect(await verifyAudit(lane.store)).toMatchObject({ expired_objects: 1, problems: [] });
});
