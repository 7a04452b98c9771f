import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../adapters/memory-object-store.ts';
import { acquireLease, currentLease } from './lease.ts';

function setup() {
  let nowMs = 1_000_000;
  const store = createMemoryObjectStore({ clockMs: () => nowMs });
  const take = (holder: string) => acquireLease({ store, heartbeatSeconds: 10, holder });
  return { store, take, passSeconds: (seconds: number) => void (nowMs += seconds * 1000) };
}

test('a second run is refused while the first one holds the lease, and gets the next epoch after it was given back', async () => {
  const { take } = setup();
  const first = await take('first');
  await expect(take('second')).rejects.toMatchObject({ code: 'LEASE_HELD', found: expect.stringContaining('first') as string });
  await first.release();
  const second = await take('second');
  expect([first.epoch, second.epoch]).toEqual([1, 2]);
  await second.release();
});

test('a silent holder is taken over after three missed heartbeats, and not before', async () => {
  const { take, passSeconds } = setup();
  const first = await take('first');
  passSeconds(30);
  await expect(take('second')).rejects.toMatchObject({ code: 'LEASE_HELD' });
  passSeconds(1);
  const second = await take('second');
  await expect(first.assertHeld()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await second.assertHeld();
  await first.release();
  await expect(take('third')).rejects.toMatchObject({ code: 'LEASE_HELD' });
  await second.release();
});

test('a heartbeat keeps the lease alive', async () => {
  const { store, take, passSeconds } = setup();
  const first = await take('first');
  passSeconds(29);
  await store.write('control/lease/00000001.heartbeat', Buffer.from('first'), { overwrite: true });
  passSeconds(29);
  await expect(take('second')).rejects.toMatchObject({ code: 'LEASE_HELD' });
  await first.release();
});

test('of many runs that start at once one gets the lease', async () => {
  const { take } = setup();
  const tries = await Promise.allSettled(Array.from({ length: 8 }, async (_, i) => take(`run ${i}`)));
  expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});

test('old epochs are forgotten, the last one never', async () => {
  const { store, take } = setup();
  for (let run = 1; run <= 30; run++) await (await take(`run ${run}`)).release();
  const names = [];
  for await (const info of store.list('control/lease/')) names.push(info.name);
  expect(names.length).toBeLessThan(30);
  expect(await currentLease(store)).toMatchObject({ epoch: 30, released: true });
});
