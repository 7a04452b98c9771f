import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { verifyAudit } from '../audit/verify.ts';
import { loadState } from '../state/load-state.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { lineValidator } from '../test-support/line-validator.ts';

const SPECS = [laneSpec(), laneSpec({ name: 'books' })];
const SHARE = { share: { fixedNow: MONDAY } };
/** Waits of the lane end at once, but let others work. */
const sleep = async (): Promise<void> => {
  await wait(1);
};

/** Files of many sizes, some of them equal, some refused; more than a unit holds. */
async function dropMany(lane: LaneBench): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const rows = Array.from({ length: 1 + (i % 20) }, (_, row) => (i % 7 === 0 && row === 0 ? 'BAD' : String(100 + (i % 30))));
    await lane.drop(`trades/t_20230130_${String(i).padStart(2, '0')}.csv`, ['id', ...rows]);
    await lane.drop(`books/t_20230130_${String(i).padStart(2, '0')}.csv`, ['id', ...rows, ...(i === 5 ? ['FAIL'] : [])]);
  }
}

/** What a lane knows in the end, without what depends on who did it when. */
async function known(lane: LaneBench): Promise<unknown> {
  const { loads, accepted, archived, duplicates } = await loadState(lane.store);
  const facts = [...loads.values()].map((load) => ({ ...load, run_id: '', generation: '' }));
  return {
    loads: facts.toSorted((left, right) => (left.load_id < right.load_id ? -1 : 1)),
    accepted: [...accepted].toSorted(),
    archived: [...archived].map(([object, { archived_as }]) => [object, archived_as]).toSorted(),
    duplicates: [...duplicates].toSorted(),
    landing: await lane.names('landing/'),
    staging: await lane.names('staging/'),
  };
}

async function alone(): Promise<unknown> {
  const lane = laneBench();
  await dropMany(lane);
  await lane.run(MONDAY, SPECS);
  return await known(lane);
}

test('a run that four tasks share leaves what a run alone leaves, every file judged by one of them', async () => {
  const lane = laneBench();
  await dropMany(lane);
  const [result, ...joined] = await Promise.all([
    lane.run(MONDAY, SPECS, { ...SHARE, sleep }),
    ...[1, 2, 3].map(async (task) => await lane.join(task, SPECS, { sleep })),
  ]);
  expect(result.files).toHaveLength(120);
  expect(await known(lane)).toEqual(await alone());
  const judged = await lane.eventsOf('file_validated');
  expect(new Set(judged.map(({ data }) => data.object)).size).toBe(judged.length);
  expect(new Set(judged.map(({ writer }) => writer)).size).toBeGreaterThan(1);
  expect(joined.flatMap(({ files }) => files).length).toBeGreaterThan(0);
  expect(await verifyAudit(lane.store)).toMatchObject({ problems: [] });
  expect((await lane.run(MONDAY, SPECS)).files).toEqual([]);
});

test('a task that dies is given up after three heartbeats; the run takes its files and what it says later changes nothing', async () => {
  let nowMs = 1_000_000;
  const store = createMemoryObjectStore({ clockMs: () => nowMs });
  const lane = laneBench(store);
  await dropMany(lane);
  let comeBack = (): void => undefined;
  const asleep = new Promise<void>((resolve) => (comeBack = resolve));
  let begun = 0;
  const validator = {
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      begun += 1;
      if (begun > 3) await asleep;
      return await lineValidator.validate(request);
    },
  };
  const patient = async (): Promise<void> => {
    nowMs += 5_000;
    await wait(1);
  };
  const dead = lane.join(1, SPECS, { sleep, validator });
  const caught = expect(dead).rejects.toMatchObject({ code: 'LEASE_LOST' });
  const held = {
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      while (begun <= 3) await wait(1);
      return await lineValidator.validate(request);
    },
  };
  const result = await lane.run(MONDAY, SPECS, { ...SHARE, sleep: patient, validator: held });
  expect(result.files).toHaveLength(120);
  const before = await known(lane);
  comeBack();
  await caught;
  expect(await known(lane)).toEqual(before);
  expect(await verifyAudit(store)).toMatchObject({ problems: [] });
  expect(new Set((await lane.eventsOf('load_published')).map(({ load_id }) => load_id)).size).toBe(
    (await lane.eventsOf('load_published')).length,
  );
  nowMs += 60_000;
  expect((await lane.run(MONDAY, SPECS)).files).toEqual([]);
});

test('a run that dies is finished by the next one, with what its tasks did until then', async () => {
  let nowMs = 1_000_000;
  const store = createMemoryObjectStore({ clockMs: () => nowMs });
  const lane = laneBench(store);
  await dropMany(lane);
  const broken = {
    validate: async (): Promise<never> => {
      await wait(20);
      throw new Error('the process is gone');
    },
  };
  const [run, task] = await Promise.allSettled([
    lane.run(MONDAY, SPECS, { ...SHARE, sleep, validator: broken }),
    lane.join(1, SPECS, { sleep }),
  ]);
  expect(run.status).toBe('rejected');
  expect(task).toMatchObject({ status: 'fulfilled', value: { status: 'attention' } });
  expect(await lane.eventsOf('run_finished')).toEqual([]);
  nowMs += 60_000;
  await lane.run(MONDAY, SPECS);
  const state = await loadState(store);
  expect([...state.loads.values()].every((load) => load.archived_as !== null)).toBe(true);
  expect(await lane.names('landing/')).toEqual([]);
  expect(await verifyAudit(store)).toMatchObject({ problems: [] });
});

test('a run that is told to end leaves the rest in landing, and no task begins a file after it', async () => {
  const lane = laneBench();
  await dropMany(lane);
  const controller = new AbortController();
  const validator = {
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      controller.abort();
      return await lineValidator.validate(request);
    },
  };
  const result = await lane.run(MONDAY, SPECS, { ...SHARE, sleep, validator, signal: controller.signal });
  expect(result.files.length).toBeLessThan(10);
  expect(await lane.join(1, SPECS, { sleep, waitSeconds: 3 })).toMatchObject({ run_id: null, files: [] });
  await lane.run(MONDAY, SPECS);
  expect(await known(lane)).toEqual(await alone());
});

test('a task with other specs does not join', async () => {
  const lane = laneBench();
  await dropMany(lane);
  const slow = {
    validate: async (request: Parameters<typeof lineValidator.validate>[0]) => {
      await wait(2);
      return await lineValidator.validate(request);
    },
  };
  const run = lane.run(MONDAY, SPECS, { ...SHARE, sleep, validator: slow });
  await expect(lane.join(1, [laneSpec(), laneSpec({ name: 'books', text: 'other' })], { sleep })).rejects.toMatchObject({
    code: 'LANE_TASKS_DIFFER',
  });
  expect((await run).files).toHaveLength(120);
});
