import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { hashBytes } from './byte-table.ts';
import { KeyMemory } from './key-memory.ts';
import { eachKey, segmentOfBytes, type KeySegment } from './key-segment.ts';
import { viewOf } from './partition-candles.ts';

const TEXTS = [
  'T-1',
  'a longer key than sixteen bytes',
  '',
  'T-000000000123',
  'another one that is longer than sixteen',
  'ab',
  'sixteen bytes ..',
];
const KEYS = TEXTS.map((text, index) => ({ text, second: 1000 + index }));

function add(memory: KeyMemory, { text, second }: (typeof KEYS)[number]): boolean {
  const view = viewOf(Buffer.from(text));
  return memory.add(view, 0, view.byteLength, second, hashBytes(view, 0, view.byteLength));
}

function memoryOf(keys: typeof KEYS): KeyMemory {
  const memory = new KeyMemory(1000);
  for (const key of keys) add(memory, key);
  return memory;
}

function keysOf(segment: KeySegment): typeof KEYS {
  const found: typeof KEYS = [];
  eachKey(segment, (view, to, second) => {
    found.push({ text: Buffer.from(view.buffer, 0, to).toString('latin1'), second });
  });
  return found;
}

it('gives the keys back, whatever lies before them in memory', () => {
  const { bytes } = memoryOf(KEYS).take('all');
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  expect(keysOf(segmentOfBytes(shifted))).toEqual(KEYS);
  const memory = new KeyMemory(1000);
  memory.restore(segmentOfBytes(shifted));
  expect(KEYS.map((key) => add(memory, key))).toEqual(KEYS.map(() => false));
  expect(memory.take('new').seconds).toHaveLength(0);
});

it('has only the keys that came since the last one', () => {
  const memory = memoryOf(KEYS.slice(0, 3));
  expect(keysOf(memory.take('new'))).toEqual(KEYS.slice(0, 3));
  for (const key of KEYS) add(memory, key);
  expect(keysOf(memory.take('new'))).toEqual(KEYS.slice(3));
  expect(keysOf(memory.take('new'))).toEqual([]);
  expect(keysOf(memory.take('all'))).toEqual(KEYS);
});

it('takes the memory of the last one, and has no more bytes than its own keys need', () => {
  const memory = memoryOf(KEYS);
  const { bytes } = memory.take('all');
  const next = { text: 'the next key', second: 2000 };
  add(memory, next);
  const segment = memory.take('new');
  expect(segment.bytes.buffer).toBe(bytes.buffer);
  expect(keysOf(segmentOfBytes(segment.bytes))).toEqual([next]);
});

it('has the keys of both generations', () => {
  const memory = new KeyMemory(8);
  const given = KEYS.map((key) => {
    memory.forget(0, 0);
    return add(memory, key);
  });
  expect(given).toEqual(KEYS.map(() => true));
  expect(keysOf(memory.take('all'))).toEqual(KEYS);
});

it('is read as an earlier version wrote it', () => {
  const keys = Buffer.from(TEXTS.join(''));
  const lengths = Uint16Array.from(TEXTS, ({ length }) => length);
  const seconds = Float64Array.from(KEYS, ({ second }) => second);
  expect(keysOf(segmentOfBytes(serialize({ keys: new Uint8Array(keys), lengths, seconds })))).toEqual(KEYS);
});

it('is refused where bytes are missing or are something else', () => {
  const { bytes } = memoryOf(KEYS).take('all');
  expect(() => segmentOfBytes(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
  expect(() => segmentOfBytes(new Uint8Array(16))).toThrow(RangeError);
  expect(() => segmentOfBytes(new Uint8Array(3))).toThrow(RangeError);
});
