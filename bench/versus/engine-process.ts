/** The engine as the lane has it: a pool of one confined process that has judged a file of the same source before; the file is linked, not copied. CPU time is that of both processes, memory that of the child. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ENGINE_LIMITS, type EngineLimits } from '../../core/engine/limits.ts';
import { createValidationPool } from '../../core/engine/process/validation-pool.ts';
import { tradesSpec, type TradesSpecOptions } from '../data/trades-spec.ts';
import { printMeasure, requestOf } from '../child.ts';
import { cpuSecondsSince } from './measure.ts';
import { cpuSecondsOf, forgetPeakOf, peakBytesOf } from './other-process.ts';

export interface EngineRequest {
  readonly path: string;
  /** Landing name: its end tells the compression. */
  readonly file: string;
  readonly spec: TradesSpecOptions;
  /** Worker threads; see engineLimits(). */
  readonly workers: number;
  /** A small file of the same kind, judged first. */
  readonly warmPath: string;
  readonly warmFile: string;
  /** A folder of this run alone. */
  readonly folder: string;
}

/** Measurements are not cut short: memory is what is measured. */
const LIMITS = { maxResidentBytes: 16 * 1024 ** 3, maxDurationMs: 3_600_000 };

/** Where the number of workers is handed to the engine; without such a limit it has one thread. */
export const HAS_WORKERS = 'workers' in ENGINE_LIMITS;

function engineLimits(workers: number): Partial<EngineLimits> {
  const limits = { ...ENGINE_LIMITS, workers };
  return HAS_WORKERS ? limits : ENGINE_LIMITS;
}

async function run({ path, file, spec, workers, warmPath, warmFile, folder }: EngineRequest): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pool = createValidationPool({
    size: 1,
    scratchFolder: join(folder, 'pool'),
    limits: LIMITS,
    engineLimits: engineLimits(workers),
  });
  const parsed = tradesSpec(spec);
  const identity = { spec: parsed, load_id: '0'.repeat(32), version: 1, now: '2024-02-01T06:00:00.000000Z' };
  try {
    (await pool.validate({ ...identity, file: warmFile, input: { path: warmPath, isPrivate: true } })).release();
    const [pid = 0] = pool.pids();
    forgetPeakOf(pid);
    const childBefore = cpuSecondsOf(pid);
    const before = process.cpuUsage();
    const startedMs = performance.now();
    const { outputFolder } = await pool.validate({ ...identity, file, input: { path, isPrivate: true } });
    const wallSeconds = (performance.now() - startedMs) / 1000;
    const cpuSeconds = cpuSecondsSince(before) + cpuSecondsOf(pid) - childBefore;
    const peakBytes = peakBytesOf(pid);
    renameSync(outputFolder, join(folder, 'result'));
    printMeasure({ wallSeconds, cpuSeconds, peakBytes });
  } finally {
    pool.close();
  }
}

if (import.meta.main) await run(requestOf() as EngineRequest);
