import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../adapters/memory-object-store.ts';
import { createEventWriter } from './event-writer.ts';
import { readSegment } from './read-segments.ts';

test('an event that is appended while a segment is written is stored in the next one', async () => {
  const store = createMemoryObjectStore();
  let ids = 0;
  const newId = (): string => String((ids += 1)).padStart(32, '0');
  const writer = createEventWriter({ store, runId: '00000001-aa', writer: 'main', date: '2023-01-30', newId });
  const append = (object: string): void => {
    const data = { object, generation: '1', bytes: 1, updated_at: '2023-01-30T06:00:00.000000Z' };
    writer.append({ type: 'object_discovered', at: '2023-01-30T06:00:00.000000Z', source: 'trades', data });
  };
  append('a.csv');
  const first = writer.flush();
  // The write of the first segment has begun.
  await Promise.resolve();
  await Promise.resolve();
  append('b.csv');
  await Promise.all([first, writer.flush()]);
  const seqs: number[] = [];
  for await (const { name } of store.list('control/events/')) {
    for await (const event of readSegment(store, name)) seqs.push(event.seq);
  }
  expect(seqs).toEqual([1, 2]);
  expect(writer.head()?.seq).toBe(2);
});
