import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { SeenValues } from './seen-values.ts';

const MEGABYTE = 1024 * 1024;

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('a text that was read is remembered as it is, in any script', () => {
  const seen = new SeenValues();
  for (const text of [
    'A',
    'a text of some length',
    'ÿ a text of some length',
    '€ a text of some length 😀',
    '\ud800 half of a pair of some length',
  ]) {
    seen.set(text, text);
    expect(seen.get(text)).toBe(text);
  }
  seen.set('2023-01-30T06:00:00Z', 5n);
  expect(seen.get('2023-01-30T06:00:00Z')).toBe(5n);
});

test('remembered texts do not keep the records that they were cut from', () => {
  const seen = new SeenValues();
  const before = heapBytes();
  for (let row = 0; row < 300; row += 1) {
    const record = Buffer.alloc(MEGABYTE / 4, `row ${row} `).toString('latin1');
    const text = record.slice(0, 40);
    seen.set(text, text.slice(1, 30));
  }
  expect(heapBytes() - before).toBeLessThan(10 * MEGABYTE);
  expect(seen.get('row 7 '.repeat(7).slice(0, 40))).toBe('row 7 '.repeat(7).slice(1, 30));
});
