import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { acquireLease } from '../../core/lease/lease.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { lineValidator } from '../test-support/line-validator.ts';

const SPECS = [laneSpec()];

test('a run that finds the lease taken ends without an event', async () => {
  const lane = laneBench();
  const lease = await acquireLease({ store: lane.store, heartbeatSeconds: 10, holder: 'somebody' });
  await expect(lane.run(MONDAY, SPECS)).rejects.toMatchObject({ code: 'LEASE_HELD' });
  expect(await lane.names('control/events/')).toEqual([]);
  await lease.release();
  expect((await lane.run(MONDAY, SPECS)).status).toBe('ok');
});

test('two runs at once: one works, the other is refused, and each file is loaded once', async () => {
  const lane = laneBench();
  for (let i = 0; i < 5; i++) await lane.drop(`trades/t_20230130_${i}.csv`, ['id', String(i)]);
  const settled = await Promise.allSettled([lane.run(MONDAY, SPECS), lane.run(MONDAY, SPECS), lane.run(MONDAY, SPECS)]);
  expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  for (const one of settled) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'LEASE_HELD' });
  expect(await lane.eventsOf('load_published')).toHaveLength(5);
});

test('a run that was silent for too long is taken over in the middle of a file, and what it does after that changes nothing', async () => {
  let nowMs = 1_000_000;
  const store = createMemoryObjectStore({ clockMs: () => nowMs });
  const lane = laneBench(store);
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  let takeOver: Promise<unknown> | undefined;
  const validator = {
    // While the first run judges the file, its heartbeats are missed and a second run begins and ends.
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      if (takeOver === undefined) {
        nowMs += 31_000;
        takeOver = lane.run(MONDAY, SPECS);
        await takeOver;
      }
      return await lineValidator.validate(request);
    },
  };
  await expect(lane.run(MONDAY, SPECS, { validator })).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(await lane.eventsOf('load_published')).toHaveLength(1);
  expect((await lane.eventsOf('run_started')).map(({ data }) => data.epoch)).toEqual([1, 2]);
  expect(await lane.names('landing/')).toEqual([]);
  nowMs += 60_000;
  expect((await lane.run(MONDAY, SPECS)).files).toEqual([]);
});

test('a run that is told to end finishes the file at hand and begins no other', async () => {
  const lane = laneBench();
  for (let i = 0; i < 6; i++) await lane.drop(`trades/t_20230130_${i}.csv`, ['id', String(i)]);
  const controller = new AbortController();
  const validator = {
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      controller.abort();
      return await lineValidator.validate(request);
    },
  };
  const limits = { settle_seconds: 0, files_at_once: 1 };
  const result = await lane.run(MONDAY, SPECS, { validator, signal: controller.signal, limits });
  expect(result.files).toHaveLength(1);
  expect((await lane.run(MONDAY, SPECS)).files).toHaveLength(5);
});
