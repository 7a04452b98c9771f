import { expect, test } from 'vitest';
import { messagePlaces, MessageRun, NO_MESSAGES } from './message-run.ts';

/** A message with key and value, a tombstone without a key, an empty key and value with headers. */
function threeMessages(): MessageRun {
  const places = messagePlaces(4);
  places.offsets.set([7, 9, 2 ** 40]);
  places.timestampsMs.set([1000, -1, 3000]);
  places.keyFrom.set([0, -1, 5]);
  places.keyTo.set([3, -1, 5]);
  places.valueFrom.set([3, -1, 5]);
  places.valueTo.set([5, -1, 5]);
  places.headersAt.set([-1, -1, 5]);
  return new MessageRun({
    place: { topic: 'trades', partition: 4 },
    bytes: Buffer.from('keyVV!'),
    places,
    length: 3,
    headersOf: (bytes, at) => [['name', bytes.subarray(at, at + 1)]],
  });
}

test('messages are made as they are asked for, each with bytes of its own', () => {
  const run = threeMessages();
  const place = { topic: 'trades', partition: 4 };
  const messages = [...run];
  // The memory of a run is used again.
  run.bytes.subarray(0, 5).fill('x');
  expect(messages).toEqual([
    { ...place, offset: 7n, timestampMs: 1000, key: Buffer.from('key'), value: Buffer.from('VV'), headers: [] },
    { ...place, offset: 9n, timestampMs: -1, key: null, value: null, headers: [] },
    { ...place, offset: 2n ** 40n, timestampMs: 3000, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [['name', Buffer.from('!')]] },
  ]);
  expect(run.sizeBytes()).toBe(5);
});

test('a part of a run has its messages, in the same bytes', () => {
  const run = threeMessages();
  const part = run.slice(1, 9);
  expect(part.bytes).toBe(run.bytes);
  expect([...part]).toEqual([...run].slice(1));
  expect([...part.slice(1)]).toEqual([...run].slice(2));
  expect(part.slice(2)).toHaveLength(0);
});

test('there is no message behind the last one, though there is room', () => {
  expect(() => threeMessages().message(3)).toThrow(RangeError);
  expect(() => threeMessages().message(-1)).toThrow(RangeError);
  expect([...NO_MESSAGES]).toEqual([]);
});
