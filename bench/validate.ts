/**
 * What validation costs: rows per second and peak memory of a 20 MB and of a 500 MB file, which must need about the same
 * memory. `node bench/validate.ts` prints it; --quick leaves the large file out. What a small file costs is in start.ts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createValidationPool, type ValidationPool, type ValidationResult } from '../core/engine/process/validation-pool.ts';
import { parseSpec } from '../core/spec/parse-spec.ts';
import type { SourceSpec } from '../core/spec/source-spec.ts';
import { syntheticTradesSpec, writeSyntheticTrades } from '../test/support/synthetic-trades.ts';

const SOURCE = 'synthetic_trades';
const SMALL_ROWS = 195_000;
const LARGE_ROWS = 4_900_000;
const BAD_EVERY = 200;
const MEGABYTE = 1_000_000;

export interface ValidationMeasure {
  readonly name: string;
  readonly rows: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly rows_per_second: number;
  /** Of the confined process; 0 where no file ran long enough to look. */
  readonly peak_megabytes: number;
}

/** Measures in a folder of its own below the system's temporary folder, which it removes. */
export async function measureValidation(options: { readonly quick?: boolean } = {}): Promise<readonly ValidationMeasure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-validate-'));
  try {
    const spec = specOf(SOURCE);
    const measures = [
      await measureOne('20 MB', SMALL_ROWS, spec, folder),
      ...(options.quick === true ? [] : [await measureOne('500 MB', LARGE_ROWS, spec, folder)]),
    ];
    return measures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function specOf(name: string): SourceSpec {
  const parsed = parseSpec(syntheticTradesSpec(name), `${name}.yaml`);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.spec;
}

function judge(pool: ValidationPool, spec: SourceSpec, path: string): Promise<ValidationResult> {
  const identity = { load_id: '0'.repeat(32), file: 'trades.csv', version: 1, now: '2023-01-30T06:00:00.000000Z' };
  return pool.validate({ spec, ...identity, input: { path } });
}

/** A process of its own for each size: what an earlier file left in memory must not count. */
async function measureOne(name: string, rows: number, spec: SourceSpec, folder: string): Promise<ValidationMeasure> {
  const path = join(folder, 'trades.csv');
  const bytes = writeSyntheticTrades(path, { rows, date: '2023-01-30', badEvery: BAD_EVERY });
  const pool = createValidationPool({ size: 1, scratchFolder: join(folder, 'pool') });
  try {
    const startedMs = performance.now();
    const { report, peakResidentBytes, release } = await judge(pool, spec, path);
    const seconds = (performance.now() - startedMs) / 1000;
    release();
    if (report.records_in !== rows || !report.conservation.holds)
      throw new Error(`${name}: ${report.status}, ${report.records_in} records`);
    return measure(name, rows, bytes, seconds, peakResidentBytes);
  } finally {
    pool.close();
  }
}

function measure(name: string, rows: number, bytes: number, seconds: number, peakBytes: number): ValidationMeasure {
  return {
    name,
    rows,
    megabytes: Math.round((bytes / MEGABYTE) * 10) / 10,
    seconds: Math.round(seconds * 100) / 100,
    rows_per_second: Math.round(rows / seconds),
    peak_megabytes: Math.round(peakBytes / MEGABYTE),
  };
}

if (import.meta.main) {
  for (const each of await measureValidation({ quick: process.argv.includes('--quick') })) {
    const speed = `${each.rows_per_second} rows/s, ${Math.round((each.megabytes / each.seconds) * 10) / 10} MB/s`;
    console.log(`${each.name}: ${each.rows} rows, ${each.megabytes} MB in ${each.seconds} s: ${speed}, peak ${each.peak_megabytes} MB`);
  }
}
