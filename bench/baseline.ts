/**
 * The baseline that validation is held against in the same run: DuckDB's typed read of the same file into Parquet (zstd), without any check.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { sqlText } from '../core/warehouse/sql-text.ts';
import { writeSyntheticTrades } from '../test/support/synthetic-trades.ts';

const ROWS = 195_000;
const RUNS = 5;

/** Every column typed, prices as DECIMAL(18,9); nothing is sniffed. */
const copyStatement = (from: string, to: string): string => `
  COPY (
    SELECT * FROM read_csv(${sqlText(from)}, header = true, columns = {
      trade_id: 'VARCHAR', trade_time: 'TIMESTAMPTZ', side: 'VARCHAR', quantity: 'DECIMAL(18,9)', price: 'DECIMAL(18,9)',
      currency: 'VARCHAR', status: 'VARCHAR', version: 'BIGINT', trader_id: 'VARCHAR', counterparty_id: 'VARCHAR',
      instrument_id: 'VARCHAR', isin: 'VARCHAR', book_id: 'VARCHAR', venue: 'VARCHAR'})
  ) TO ${sqlText(to)} (FORMAT parquet, COMPRESSION zstd)`;

/** Median seconds of bare DuckDB on the 20 MB file of the validation bench, one thread. */
export async function measureBaseline(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-baseline-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const path = join(folder, 'trades.csv');
    writeSyntheticTrades(path, { rows: ROWS, date: '2023-01-30', badEvery: 0 });
    const seconds: number[] = [];
    const copy = copyStatement(path, join(folder, 'trades.parquet'));
    for (let run = 0; run < RUNS; run += 1) {
      const startedMs = performance.now();
      await connection.run(copy);
      seconds.push((performance.now() - startedMs) / 1000);
    }
    return seconds.toSorted((left, right) => left - right)[Math.floor(RUNS / 2)] ?? 0;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}
