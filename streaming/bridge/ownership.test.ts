import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { releasePartition, takePartition } from './ownership.ts';

const PLACE = { source: 'trades', topic: 'trades.log', partition: 3 };
const AT = '2023-01-30T06:00:00.000000Z';
const owner = (writer: string, uncommitted = 500): Parameters<typeof takePartition>[2] => ({
  writer,
  at: AT,
  uncommitted_messages_max: uncommitted,
});

test('whoever follows an owner that released the partition holds nothing to be in doubt; whoever follows another one, as much as that could read', async () => {
  const store = createMemoryObjectStore();
  expect(await takePartition(store, PLACE, owner('a'))).toEqual({ seq: 1, doubtful: 0 });
  await releasePartition(store, PLACE, { seq: 1, doubtful: 0 }, AT);
  expect(await takePartition(store, PLACE, owner('b', 800))).toEqual({ seq: 2, doubtful: 0 });
  expect(await takePartition(store, PLACE, owner('c'))).toEqual({ seq: 3, doubtful: 800 });
  // One that comes back late releases its own place only.
  await releasePartition(store, PLACE, { seq: 2, doubtful: 0 }, AT);
  expect(await takePartition(store, PLACE, owner('d'))).toEqual({ seq: 4, doubtful: 800 });
  expect(await takePartition(store, { ...PLACE, partition: 4 }, owner('a'))).toEqual({ seq: 1, doubtful: 0 });
});

test('doubt outlives the owner that had it: one that releases hands on what is left, one that does not hands on all of it', async () => {
  const store = createMemoryObjectStore();
  await takePartition(store, PLACE, owner('killed', 800));
  expect(await takePartition(store, PLACE, owner('b', 500))).toEqual({ seq: 2, doubtful: 800 });
  await releasePartition(store, PLACE, { seq: 2, doubtful: 650 }, AT);
  expect(await takePartition(store, PLACE, owner('c', 500))).toEqual({ seq: 3, doubtful: 650 });
  expect(await takePartition(store, PLACE, owner('d', 500))).toEqual({ seq: 4, doubtful: 650 });
});

test('those who take it at the same time stand one behind the other, and only the first is without doubt', async () => {
  const store = createMemoryObjectStore();
  const taken = await Promise.all(['a', 'b', 'c', 'd'].map(async (writer) => await takePartition(store, PLACE, owner(writer))));
  expect(taken.map(({ seq }) => seq).toSorted()).toEqual([1, 2, 3, 4]);
  expect(taken.filter(({ doubtful }) => doubtful === 0)).toEqual([{ seq: 1, doubtful: 0 }]);
});
