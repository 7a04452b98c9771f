import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checksumOffsets,
  countOffsets,
  intersectRanges,
  OffsetSet,
  rangesAsTexts,
  rangesOfTexts,
  subtractRanges,
  unionRanges,
  type OffsetRanges,
} from './offset-ranges.ts';

const OFFSETS = fc.array(fc.integer({ min: 0, max: 40 }));

function setOf(offsets: readonly number[]): OffsetRanges {
  const set = new OffsetSet();
  offsets.forEach((offset) => set.add(BigInt(offset)));
  return set.ranges();
}

function members(ranges: OffsetRanges): readonly number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: Number(last - first) + 1 }, (_, index) => Number(first) + index));
}

const ascending = (offsets: Iterable<number>): readonly number[] => [...new Set(offsets)].toSorted((a, b) => a - b);

test('sets of runs are the sets of their offsets', () => {
  fc.assert(
    fc.property(OFFSETS, OFFSETS, (left, right) => {
      const a = setOf(left);
      const b = setOf(right);
      expect(members(a)).toEqual(ascending(left));
      expect(members(unionRanges(a, b))).toEqual(ascending([...left, ...right]));
      expect(members(subtractRanges(a, b))).toEqual(ascending(left).filter((offset) => !right.includes(offset)));
      expect(members(intersectRanges(a, b))).toEqual(ascending(left).filter((offset) => right.includes(offset)));
      expect(Number(countOffsets(a))).toBe(new Set(left).size);
      expect(checksumOffsets(a)).toBe(String(ascending(left).reduce((sum, offset) => sum + offset, 0)));
      expect(rangesOfTexts(rangesAsTexts(a))).toEqual(a);
      expect(unionRanges(a, b)).toEqual(setOf([...left, ...right]));
    }),
  );
});

test('a checksum stays below 2^63', () => {
  const last = 2n ** 63n - 1n;
  expect(checksumOffsets([[0n, last]])).toBe(String(((last * (last + 1n)) / 2n) % 2n ** 63n));
});

test.each([
  [[['1', '0']]],
  [[['01', '2']]],
  [[['-1', '2']]],
  [
    [
      ['1', '2'],
      ['3', '4'],
    ],
  ],
  [
    [
      ['5', '6'],
      ['1', '2'],
    ],
  ],
  [[['1', '9223372036854775808']]],
  [[['1']]],
  [[['a', 'b']]],
])('what is no set in its one form is refused: %j', (texts) => {
  expect(() => rangesOfTexts(texts)).toThrow(expect.objectContaining({ code: 'STREAM_STATE' }) as Error);
});
