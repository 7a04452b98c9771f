/** The engine against its baseline, variant by variant: runs interleaved, medians, and every output of the engine verified. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckdbRequest } from './duckdb-process.ts';
import { HAS_WORKERS, type EngineRequest } from './engine-process.ts';
import { medianOf, runMeasured, type Measure, type Program } from './measure.ts';
import { variantFile, type VariantFile, type VariantName } from './variants.ts';
import { verifyOutput } from './verify-output.ts';

export interface CompareOptions {
  readonly rows: number;
  readonly runs: number;
  readonly variants: readonly VariantName[];
  /** Hears what is being done, a line each. */
  readonly progress: (line: string) => void;
}

export interface ComparedRow {
  readonly variant: VariantName;
  readonly title: string;
  readonly subject: string;
  readonly megabytes: number;
  /** Medians. */
  readonly measure: Measure;
  /** Of wall and CPU time to the baseline with as many threads; null for a baseline. */
  readonly ratio: { readonly wall: number; readonly cpu: number } | null;
  /** Of the engine's first run: bad rows that were found exactly; null for a baseline. */
  readonly badFound: number | null;
}

interface Subject {
  readonly label: string;
  readonly program: Program;
  readonly request: unknown;
  /** Label of what it is held against. */
  readonly against: string | null;
  /** The engine's folder; what it left there is verified after the first run. */
  readonly folder: string | null;
}

const WARM_ROWS = 200_000;
const THREADS = [2, 1] as const;

export async function compare({ rows, runs, variants, progress }: CompareOptions): Promise<readonly ComparedRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-versus-'));
  try {
    const groups: Group[] = [];
    for (const name of variants) {
      progress(`${name}: making ${rows} rows`);
      groups.push(await openGroup(name, rows, folder));
    }
    // One run of everything, then the next: what else the machine does falls on all of them.
    for (let run = 1; run <= runs; run += 1) {
      for (const group of groups) await runGroup(group, rows, run === 1, (line) => progress(`run ${run} of ${runs}: ${line}`));
    }
    return groups.flatMap(comparedRows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Group {
  readonly variant: VariantFile;
  readonly subjects: readonly Subject[];
  readonly measures: Map<string, Measure[]>;
  badFound: number;
}

async function openGroup(name: VariantName, rows: number, folder: string): Promise<Group> {
  const variant = await variantFile(name, rows);
  const warm = await variantFile(name, WARM_ROWS);
  const baselines = variant.format === 'xml' ? [saxes(variant, rows)] : THREADS.map((threads) => duckdb(variant, threads, folder));
  const engines = (HAS_WORKERS ? THREADS : ([1] as const)).map((workers) => engine(variant, warm, workers, folder));
  return { variant, subjects: [...baselines, ...engines], measures: new Map(), badFound: 0 };
}

function threadsLabel(threads: number): string {
  return `${threads} thread${threads === 1 ? '' : 's'}`;
}

function duckdb({ baseline, format }: VariantFile, threads: 1 | 2, folder: string): Subject {
  const request: DuckdbRequest = {
    path: baseline.path,
    format: format === 'jsonl' ? 'jsonl' : 'csv',
    threads,
    output: join(folder, 'duckdb.parquet'),
  };
  return { label: `DuckDB, ${threadsLabel(threads)}`, program: 'duckdb', request, against: null, folder: null };
}

function saxes({ file }: VariantFile, rows: number): Subject {
  return { label: 'saxes', program: 'saxes', request: { path: file.path, rows }, against: null, folder: null };
}

function engine(variant: VariantFile, warm: VariantFile, workers: 1 | 2, folder: string): Subject {
  const own = join(folder, `${variant.name}-${workers}`);
  const { format, quotedNulls, unique, file, landing } = variant;
  const request: EngineRequest = {
    path: file.path,
    file: landing,
    spec: { format, quotedNulls, unique },
    workers,
    warmPath: warm.file.path,
    warmFile: warm.landing,
    folder: own,
  };
  const against = format === 'xml' ? 'saxes' : `DuckDB, ${threadsLabel(workers)}`;
  return {
    label: `engine, ${HAS_WORKERS ? `${workers} worker${workers === 1 ? '' : 's'}` : '1 thread'}`,
    program: 'engine',
    request,
    against,
    folder: own,
  };
}

async function runGroup(group: Group, rows: number, isFirst: boolean, progress: (line: string) => void): Promise<void> {
  const { variant, subjects, measures } = group;
  for (const { label, program, request, folder } of subjects) {
    const measure = await runMeasured(program, request);
    progress(`${variant.name}, ${label}: ${measure.wallSeconds.toFixed(2)} s`);
    measures.set(label, [...(measures.get(label) ?? []), measure]);
    if (folder === null) continue;
    if (isFirst) {
      const { truthPath } = variant.file;
      group.badFound = await verifyOutput({ folder: join(folder, 'result'), truthPath, goodPath: variant.good.path, good: rows });
      progress(`${variant.name}, ${label}: ${group.badFound} bad rows as injected, good rows equal to DuckDB's`);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function comparedRows({ variant, subjects, measures, badFound }: Group): ComparedRow[] {
  const medianBy = (label: string): Measure => medianOf(measures.get(label) ?? []);
  return subjects.map(({ label, against, folder }) => {
    const measure = medianBy(label);
    const base = against === null ? null : medianBy(against);
    return {
      variant: variant.name,
      title: variant.title,
      subject: label,
      megabytes: (folder === null ? variant.baseline : variant.file).bytes / 1e6,
      measure,
      ratio: base === null ? null : { wall: measure.wallSeconds / base.wallSeconds, cpu: measure.cpuSeconds / base.cpuSeconds },
      badFound: folder === null ? null : badFound,
    };
  });
}
