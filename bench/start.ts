/**
 * What a file costs besides its rows: the wall time of `markets validate` on one file of 1,000 rows and on one that worker threads
 * judge, without and with a compile cache, and how many small files a pool of one and of two processes judges in a second. `node bench/start.ts` prints it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createValidationPool, type ValidationPool } from '../core/engine/process/validation-pool.ts';
import { parseSpec } from '../core/spec/parse-spec.ts';
import type { SourceSpec } from '../core/spec/source-spec.ts';
import { syntheticTradesSpec, writeSyntheticTrades } from '../test/support/synthetic-trades.ts';
import { median } from './figures.ts';

const SOURCE = 'synthetic_trades';
/** Of the second file threads take ranges: it has some 15 MB. */
const COMMAND_ROWS = [1000, 150_000] as const;
/** Odd, so that the median is one of the runs. */
const RUNS = 5;
const FILES = 1000;
const FILE_ROWS = [20, 1000] as const;
const POOL_SIZES = [1, 2] as const;
const BAD_EVERY = 200;
const LAUNCHER = fileURLToPath(new URL('../bin/markets', import.meta.url));

export interface CommandMeasure {
  readonly rows: number;
  readonly name: string;
  /** Wall time of the whole command, the launcher included; median of RUNS. */
  readonly milliseconds: number;
}

export interface PoolMeasure {
  readonly rowsPerFile: number;
  /** Confined processes. */
  readonly processes: number;
  readonly files: number;
  /** From the first request to the last result, the start of the processes included. */
  readonly seconds: number;
}

/** One file through the command line. The compile cache is one of its own: the checkout's is neither read nor emptied. */
export function measureCommand(rows: number): readonly CommandMeasure[] {
  return inFolder((folder) => {
    const data = join(folder, 'trades.csv');
    const spec = join(folder, `${SOURCE}.yaml`);
    writeSyntheticTrades(data, { rows, date: '2023-01-30', badEvery: BAD_EVERY });
    writeFileSync(spec, syntheticTradesSpec(SOURCE));
    const cache = join(folder, 'cache');
    const once = (): number => timeCommand(['validate', data, '--spec', spec], cache);
    const cold = Array.from({ length: RUNS }, () => {
      rmSync(cache, { recursive: true, force: true });
      mkdirSync(cache);
      return once();
    });
    const warm = Array.from({ length: RUNS }, once);
    return [
      { rows, name: 'without a compile cache', milliseconds: median(cold) },
      { rows, name: 'with a compile cache', milliseconds: median(warm) },
    ];
  });
}

function timeCommand(words: readonly string[], cache: string): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(LAUNCHER, words, { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: cache } });
  const milliseconds = performance.now() - startedMs;
  // Some rows are bad: 1 is what a right verdict gives.
  if (status !== 1) throw new Error(`expected exit status 1, found ${String(status)}: ${stderr}`);
  return milliseconds;
}

/** Many small files through the pool, as the lane calls it. */
export async function measurePool(): Promise<readonly PoolMeasure[]> {
  const spec = specOf(SOURCE);
  const measures: PoolMeasure[] = [];
  for (const rowsPerFile of FILE_ROWS) {
    for (const processes of POOL_SIZES) measures.push(await measureFiles(spec, rowsPerFile, processes));
  }
  return measures;
}

function specOf(name: string): SourceSpec {
  const parsed = parseSpec(syntheticTradesSpec(name), `${name}.yaml`);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.spec;
}

async function measureFiles(spec: SourceSpec, rowsPerFile: number, processes: number): Promise<PoolMeasure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const path = join(folder, 'trades.csv');
  writeSyntheticTrades(path, { rows: rowsPerFile, date: '2023-01-30', badEvery: BAD_EVERY });
  const pool = createValidationPool({ size: processes, scratchFolder: join(folder, 'pool') });
  try {
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: FILES }, () => judge(pool, spec, path, rowsPerFile)));
    return { rowsPerFile, processes, files: FILES, seconds: (performance.now() - startedMs) / 1000 };
  } finally {
    pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(pool: ValidationPool, spec: SourceSpec, path: string, rows: number): Promise<void> {
  const identity = { load_id: '0'.repeat(32), file: 'trades.csv', version: 1, now: '2023-01-30T06:00:00.000000Z' };
  const { report, release } = await pool.validate({ spec, ...identity, input: { path, isPrivate: true } });
  release();
  if (report.records_in !== rows || !report.conservation.holds) throw new Error(`${report.status}, ${report.records_in} records`);
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The tables of docs/performance.md, line by line. */
export async function startTables(): Promise<readonly string[]> {
  const commands = COMMAND_ROWS.flatMap(measureCommand).map(
    ({ rows, name, milliseconds }) => `| ${rows.toLocaleString('en')} | ${name} | ${Math.round(milliseconds)} |`,
  );
  const pools = (await measurePool()).map(({ rowsPerFile, processes, files, seconds }) => {
    const rate = Math.round(files / seconds);
    return `| ${rowsPerFile} | ${processes} | ${seconds.toFixed(2)} | ${rate} | ${((seconds * 1000) / files).toFixed(1)} |`;
  });
  return [
    '| rows | `markets validate` | ms |',
    '|---|---|---|',
    ...commands,
    '',
    `| rows a file, ${FILES} files | processes | s | files/s | ms a file |`,
    '|---|---|---|---|---|',
    ...pools,
  ];
}

if (import.meta.main) {
  for (const line of await startTables()) console.log(line);
}
