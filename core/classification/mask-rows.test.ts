import { expect, it } from 'vitest';
import type { WarehouseRow, WarehouseRows } from '../ports/warehouse-reader.ts';
import { maskRows } from './mask-rows.ts';

const ROWS: WarehouseRows = {
  columns: [
    { name: 'trade_id', type: { kind: 'STRING' }, repeated: false },
    { name: 'salary', type: { kind: 'INT64' }, repeated: false },
  ],
  batches: batches(),
  cost: null,
};

async function* batches(): AsyncGenerator<readonly WarehouseRow[]> {
  yield await Promise.resolve([['a', 1n] as const, ['b', null] as const]);
}

it('masks a classified column whatever its type, and leaves NULL and the others as they are', async () => {
  const masked = maskRows(ROWS, new Set(['salary']));
  expect(masked.columns[1]).toMatchObject({ name: 'salary', type: { kind: 'STRING' } });
  const rows: WarehouseRow[] = [];
  for await (const batch of masked.batches) rows.push(...batch);
  expect(rows).toEqual([
    ['a', '***'],
    ['b', null],
  ]);
});

it('gives rows without a classified column as they came', () => {
  expect(maskRows(ROWS, new Set(['trader_name']))).toBe(ROWS);
});
