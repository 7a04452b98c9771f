import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeltas, deltaHeader, encodeDeltas } from './delta-encoding.ts';

/** What a page holds whose first value becomes known later: `base` is added to all. */
function roundTrip(values: readonly number[], base: number): number[] {
  const page = Buffer.concat([deltaHeader(values.length, base + (values[0] ?? 0)), encodeDeltas(Int32Array.from(values), values.length)]);
  return [...decodeDeltas(page, 0)];
}

const HALF = 2 ** 30;
/** Steps of every width, in runs, so that whole miniblocks have the same width. */
const STEPS = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 5, 200, 70_000, 2 ** 25), fc.integer({ min: 1, max: 80 })), { maxLength: 8 })
  .chain((runs) =>
    fc.tuple(...runs.flatMap(([most, count]) => Array.from({ length: count }, () => fc.integer({ min: -most, max: most })))),
  );

test('values close together come back, whatever is added to them', () => {
  fc.assert(
    fc.property(STEPS, fc.integer({ min: -100, max: 2 ** 52 }), (steps, base) => {
      const values = [0];
      for (const step of steps) values.push(Math.max(-HALF, Math.min(HALF, (values.at(-1) ?? 0) + step)));
      expect(roundTrip(values, base)).toEqual(values.map((value) => value + base));
    }),
    { numRuns: 300 },
  );
});

test('values as far apart as 32 bits allow come back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -HALF, max: HALF }), { maxLength: 300 }), (values) => {
      expect(roundTrip(values, 0)).toEqual(values);
    }),
  );
  expect(roundTrip([-(2 ** 31), 2 ** 31 - 1, -(2 ** 31)].slice(1), 0)).toEqual([2 ** 31 - 1, -(2 ** 31)]);
});

test.each([1, 2, 32, 33, 128, 129, 130, 257])('a constant step costs no bit: %i values', (count) => {
  const values = Array.from({ length: count }, (_, index) => index * 7);
  expect(roundTrip(values, 1)).toEqual(values.map((value) => value + 1));
  const blocks = Math.ceil((count - 1) / 128);
  expect(encodeDeltas(Int32Array.from(values), count)).toHaveLength(blocks * 5);
});
