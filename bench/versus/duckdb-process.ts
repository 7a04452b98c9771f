/** The baseline: bare DuckDB copies a file into Parquet (zstd), typed and without any check. */
import { DuckDBInstance } from '@duckdb/node-api';
import process from 'node:process';
import { sqlText } from '../../core/warehouse/sql-text.ts';
import { duckdbRead, IN_UTC } from './duckdb-read.ts';
import { printMeasure, requestOf } from '../child.ts';
import { cpuSecondsSince } from './measure.ts';

export interface DuckdbRequest {
  readonly path: string;
  readonly format: 'csv' | 'jsonl';
  readonly threads: number;
  /** Where the Parquet goes. */
  readonly output: string;
}

const { path, format, threads, output } = requestOf() as DuckdbRequest;
const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
const connection = await instance.connect();
await connection.run(IN_UTC);
const before = process.cpuUsage();
const startedMs = performance.now();
await connection.run(`COPY (SELECT * FROM ${duckdbRead(path, format)}) TO ${sqlText(output)} (FORMAT parquet, COMPRESSION zstd)`);
printMeasure({
  wallSeconds: (performance.now() - startedMs) / 1000,
  cpuSeconds: cpuSecondsSince(before),
  peakBytes: process.resourceUsage().maxRSS * 1024,
});
connection.closeSync();
instance.closeSync();
