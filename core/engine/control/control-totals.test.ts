import { expect, test } from 'vitest';
import { INT64, specOf } from '../test-support/spec-of.ts';
import { ControlTotals } from './control-totals.ts';

const SPEC = specOf({
  schema: [{ name: 'n', type: INT64 }],
  control_file: {
    type: 'sidecar_json',
    pattern: '{filename}.ctl',
    row_count: null,
    checksum: null,
    business_date: null,
    checksum_algorithm: null,
    totals: [{ column: 'n', field: 'n' }],
    required: true,
    wait_minutes: 0,
  },
});
const BORDER = 2 ** 52;

function sumOf(values: readonly number[]): bigint | undefined {
  const totals = new ControlTotals(SPEC);
  for (const value of values) if (!totals.addSmall(0, value)) totals.addValue(0, BigInt(value));
  return totals.take().sums[0];
}

test('a sum of whole numbers in doubles stays exact over the border of what they hold', () => {
  const values = [BORDER - 1, BORDER - 1, 1, BORDER - 1, BORDER - 1, 3, BORDER, -1, ...Array.from({ length: 9 }, () => BORDER - 3)];
  const exact = values.reduce((sum, value) => sum + BigInt(value), 0n);
  expect(sumOf(values)).toBe(exact);
  expect(sumOf(values.map((value) => -value))).toBe(-exact);
});

test('what no double is sure to hold is not added', () => {
  const totals = new ControlTotals(SPEC);
  expect([Number.NaN, BORDER, -BORDER].map((value) => totals.addSmall(0, value))).toEqual([false, false, false]);
  expect(totals.take().sums).toEqual([0n]);
});

test('what was taken is not counted again', () => {
  const totals = new ControlTotals(SPEC);
  totals.addSmall(0, 5);
  expect(totals.take().sums).toEqual([5n]);
  totals.addSmall(0, 7);
  expect(totals.results().map(({ sum }) => sum)).toEqual([7n]);
});
