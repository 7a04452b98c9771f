/**
 * Peak memory of the engine's process: it must follow neither the size of a file, nor its share of bad rows, nor the number of its
 * distinct values.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedTrades } from '../data/cached-trades.ts';
import type { TradesFile } from '../data/write-trades.ts';
import { HAS_WORKERS, type EngineRequest } from './engine-process.ts';
import { runMeasured, type Measure } from './measure.ts';

export interface MemoryRow {
  readonly title: string;
  readonly megabytes: number;
  readonly workers: number;
  readonly measure: Measure;
}

export interface MemoryOptions {
  /** Of the small file; the large one has `times` as many. */
  readonly rows: number;
  readonly times: number;
  readonly progress: (line: string) => void;
}

/** About 100 MB, and 3 GB. */
export const MEMORY_ROWS = 600_000;
export const MEMORY_TIMES = 30;

const SEED = 20230130;
const BAD_ONLY = { format: 'csv', badEvery: 1, badOnly: true } as const;
const WORKERS = HAS_WORKERS ? [2, 1] : [1];

export async function measureMemory({ rows, times, progress }: MemoryOptions): Promise<readonly MemoryRow[]> {
  const some = Math.ceil(times / 5);
  const files: readonly (readonly [title: string, file: Omit<TradesFile, 'seed'>])[] = [
    ['clean', { format: 'csv', rows }],
    [`clean, ${times} times`, { format: 'csv', rows, repeat: times }],
    ['bad rows only', { ...BAD_ONLY, rows }],
    [`bad rows only, ${some} times`, { ...BAD_ONLY, rows, repeat: some }],
    ['distinct values only', { format: 'csv', distinct: true, rows }],
    [`distinct values only, ${some} times as many`, { format: 'csv', distinct: true, rows: rows * some }],
  ];
  const measured: MemoryRow[] = [];
  for (const [title, options] of files) {
    progress(`${title}: making the file`);
    const file = cachedTrades({ seed: SEED, ...options });
    for (const workers of WORKERS) {
      const measure = await judgeAlone(file.path, workers);
      measured.push({ title, megabytes: file.bytes / 1e6, workers, measure });
      progress(`${title}: ${Math.round(measure.peakBytes / 1e6)} MB, ${measure.wallSeconds.toFixed(1)} s`);
    }
    // These are large, and nothing else needs them.
    rmSync(file.path);
    if (file.truthPath !== null) rmSync(file.truthPath);
  }
  return measured;
}

async function judgeAlone(path: string, workers: number): Promise<Measure> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const warm = cachedTrades({ seed: SEED, rows: 1000, format: 'csv' });
    const landing = 'scale_trades/trades_1.csv';
    const request: EngineRequest = {
      path,
      file: landing,
      spec: { format: 'csv' },
      workers,
      warmPath: warm.path,
      warmFile: landing,
      folder: join(folder, 'run'),
    };
    return await runMeasured('engine', request);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
