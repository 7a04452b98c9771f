import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tradesSpec } from '../../bench/data/trades-spec.ts';
import { writeTrades } from '../../bench/data/write-trades.ts';
import { verifyOutput } from '../../bench/versus/verify-output.ts';
import { VALID_FILE } from '../../core/engine/result-files.ts';
import { createValidationPool, type ValidationPool } from '../../core/engine/process/validation-pool.ts';
import { pyarrowLook } from '../../core/engine/test-support/pyarrow-values.ts';

const ROWS = 500_000;

let folder: string;
let pool: ValidationPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-file-'));
  pool = createValidationPool({ size: 1, scratchFolder: join(folder, 'pool') });
});
afterAll(async () => {
  pool.close();
  await rm(folder, { recursive: true, force: true });
});

it('a file of many row groups is refused as its truth says, its rows are those that DuckDB reads, its statistics hold for pyarrow', async () => {
  const [path, truthPath, goodPath] = [join(folder, 'dirty.csv'), join(folder, 'dirty.truth'), join(folder, 'clean.csv')];
  const { bad } = writeTrades(path, truthPath, { rows: ROWS, seed: 3, format: 'csv', badEvery: 200 });
  writeTrades(goodPath, null, { rows: ROWS, seed: 3, format: 'csv' });
  const identity = { load_id: '0'.repeat(32), file: 'scale_trades/trades_1.csv', version: 1, now: '2024-02-01T06:00:00.000000Z' };
  const result = await pool.validate({ ...identity, spec: tradesSpec({ format: 'csv' }), input: { path } });
  expect(result.report).toMatchObject({ status: 'quarantined', staged: ROWS, quarantined: bad });
  expect(await verifyOutput({ folder: result.outputFolder, truthPath, goodPath, good: ROWS })).toBe(bad);
  const look = pyarrowLook(join(result.outputFolder, VALID_FILE));
  expect(look).toMatchObject({ rows: ROWS, wrong_statistics: [] });
  expect(look.row_groups).toBeGreaterThan(1);
  // trade_id differs in every row: its dictionary is left, and its borders with it (docs/decisions/0008).
  expect(look.with_statistics).toEqual(
    expect.arrayContaining(['currency', 'isin', 'trade_time', 'settlement_date', 'version', 'price', '_record']),
  );
  result.release();
});
