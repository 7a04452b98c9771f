import { expect, test } from 'vitest';
import type { AnyEvent } from '../../core/events/event.ts';
import { checkSlices } from './check-slices.ts';

function published(load: string, seq: number, ranges: readonly (readonly [string, string])[], partition = 0, source = 'ticks'): AnyEvent {
  const offsets = [{ kafka_topic: 'venue.ticks', partition, ranges }];
  const stream = { batches: null, from: '2023-01-30T17:00:00.000000Z', at: '2023-01-30T17:00:00.000000Z', offsets };
  return { type: 'load_published', run_id: 'run', writer: 'lane', seq, load_id: load, source, data: { stream } } as unknown as AnyEvent;
}

test('slices that share no offset are good, also where one lies in a hole of another', () => {
  const first = published('a', 1, [
    ['0', '3'],
    ['9', '9'],
  ]);
  expect(
    checkSlices([first, published('b', 2, [['4', '8']]), published('c', 3, [['0', '9']], 1), published('d', 4, [['0', '9']], 0, 'quotes')]),
  ).toEqual([]);
});

test('an offset that is in two loads is found, whatever stands between them', () => {
  const events = [published('a', 1, [['0', '100']]), published('b', 2, [['200', '300']]), published('c', 3, [['50', '60']])];
  expect(checkSlices(events)).toEqual([
    {
      where: 'load c (event run/lane/3)',
      problem: 'A message of a stream is in two loads.',
      expected: 'one load',
      found: 'also in load a',
    },
  ]);
});
