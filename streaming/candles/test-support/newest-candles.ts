/** The candles that manifests name, and that they hold together: no hole in a chain, revisions one after the other, parts as their sha256 says. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { newestCandleManifest, readCandleManifest, type CandleManifest } from '../../../core/stream/candle-manifest.ts';
import { candleManifestName } from '../../../core/stream/object-names.ts';

export interface StoredCandle {
  readonly instrument: string;
  readonly size: string;
  /** Seconds since the epoch. */
  readonly start: number;
  /** Prices and sums as DECIMAL(38,18) prints them. */
  readonly values: readonly (string | null)[];
  readonly count: number;
  readonly isGap: boolean;
  readonly revision: number;
  readonly isFinal: boolean;
}

export async function manifestsOf(store: ObjectStore, source: string, partition: number): Promise<readonly CandleManifest[]> {
  const newest = await newestCandleManifest(store, source, partition);
  const seqs = Array.from({ length: newest?.seq ?? 0 }, (_, index) => index + 1);
  return await Promise.all(seqs.map(async (seq) => await readCandleManifest(store, candleManifestName(source, partition, seq))));
}

/** The newest revision of each window. Throws where a window's revisions are not 1, 2, 3 ... in the order of the chain. */
export async function newestCandles(store: ObjectStore, source: string, partitions: number): Promise<ReadonlyMap<string, StoredCandle>> {
  const newest = new Map<string, StoredCandle>();
  const folder = mkdtempSync(join(tmpdir(), 'candles-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (let partition = 0; partition < partitions; partition += 1) {
      for (const { parts } of await manifestsOf(store, source, partition)) {
        for (const { object, sha256, rows } of parts) {
          const bytes = await store.read(object);
          if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error(`${object} is not what its manifest says`);
          const path = join(folder, 'part.parquet');
          writeFileSync(path, bytes);
          const read =
            await connection.runAndReadAll(`SELECT instrument_id, window_size, (epoch_us(window_start) // 1000000)::INT, open::VARCHAR, high::VARCHAR,
            low::VARCHAR, close::VARCHAR, volume::VARCHAR, notional::VARCHAR, vwap::VARCHAR, trade_count::INT, is_gap, revision::INT, is_final FROM '${path}'`);
          if (read.currentRowCount !== rows) throw new Error(`${object} has another number of rows`);
          for (const row of read.getRowsJS()) upsert(newest, row);
        }
      }
    }
    return newest;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}

function upsert(newest: Map<string, StoredCandle>, row: readonly unknown[]): void {
  const candle: StoredCandle = {
    instrument: row[0] as string,
    size: row[1] as string,
    start: row[2] as number,
    values: row.slice(3, 10) as (string | null)[],
    count: row[10] as number,
    isGap: row[11] as boolean,
    revision: row[12] as number,
    isFinal: row[13] as boolean,
  };
  const name = `${candle.instrument} ${candle.size} ${candle.start}`;
  if (candle.revision !== (newest.get(name)?.revision ?? 0) + 1) throw new Error(`${name}: revision ${candle.revision} is out of turn`);
  newest.set(name, candle);
}
