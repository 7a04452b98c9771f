/**
 * What each step of a cycle costs: 200,000 rows of one CSV from landing to the extract, dbt included, then a small file into
 * the same warehouse, which must cost what is new and not what is there. `node bench/lane.ts` prints it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuckdbWarehouse } from '../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { createFolderObjectStore } from '../core/adapters/folder-object-store/folder-object-store.ts';
import type { Logger } from '../core/telemetry/logger.ts';
import { createLaneRuntime, loadLaneConfig, loadLaneSpecs, type CycleResult } from '../orchestrator/index.ts';
import { snapshotPath } from '../orchestrator/transform/snapshot.ts';
import { syntheticTradesSpec, writeSyntheticTrades } from '../test/support/synthetic-trades.ts';
import { sampleMemory } from './process-tree.ts';

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = 'synthetic_trades';
const LARGE_ROWS = 200_000;
const SMALL_ROWS = 1_000;

export interface StepMeasure {
  readonly cycle: string;
  readonly step: string;
  readonly rows: number;
  readonly seconds: number;
  readonly rows_per_second: number;
  /** Of this process and all that it started. */
  readonly peak_megabytes: number;
}

interface Step {
  readonly step: string;
  readonly duration_ms: number;
}

/** Measures in a folder of its own below the system's temporary folder, which it removes. */
export async function measureLane(): Promise<readonly StepMeasure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lane-'));
  const memory = sampleMemory();
  try {
    return await measureCycles(folder, () => memory.take());
  } finally {
    memory.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCycles(folder: string, takePeak: () => number): Promise<StepMeasure[]> {
  const rootFolder = join(folder, 'root');
  const landing = join(rootFolder, 'landing', SOURCE);
  mkdirSync(join(folder, 'specs', 'trading'), { recursive: true });
  mkdirSync(landing, { recursive: true });
  writeFileSync(join(folder, 'specs', 'trading', `${SOURCE}.yaml`), syntheticTradesSpec(SOURCE));

  const steps: { readonly step: Step; readonly peakBytes: number }[] = [];
  // The lane tells its log of every finished step; that is where its memory is taken.
  const logger: Logger = {
    log: (_level, event, fields) => {
      if (event === 'step_finished') steps.push({ step: fields as unknown as Step, peakBytes: takePeak() });
    },
    close: async () => await Promise.resolve(),
  };
  const config = await loadLaneConfig(join(HOME, 'config'), 'local');
  const lane = createLaneRuntime({
    store: createFolderObjectStore(rootFolder),
    rootFolder,
    specs: await loadLaneSpecs(join(folder, 'specs')),
    config: { ...config, lane: { ...config.lane, settle_seconds: 0 }, alerts: { webhook_url: null } },
    calendars: new Map(),
    openReader: async () => await openDuckdbWarehouse({ path: snapshotPath(rootFolder) }),
    logger,
  });
  try {
    const measures: StepMeasure[] = [];
    writeSyntheticTrades(join(landing, 'trades_1.csv'), { rows: LARGE_ROWS, date: '2023-01-30', badEvery: 200 });
    checkCycle(await lane.runCycle({ now: '2023-01-30T23:00:00Z' }));
    measures.push(...measuresOf('200,000 rows, first build', LARGE_ROWS, steps.splice(0)));
    writeSyntheticTrades(join(landing, 'trades_2.csv'), { rows: SMALL_ROWS, date: '2023-01-31', badEvery: 0, firstId: LARGE_ROWS + 1 });
    checkCycle(await lane.runCycle({ now: '2023-01-31T12:00:00Z' }));
    measures.push(...measuresOf('1,000 rows more', SMALL_ROWS, steps.splice(0)));
    return measures;
  } finally {
    await lane.close();
  }
}

function checkCycle(result: CycleResult): void {
  if (result.status === 'failed' || result.transform !== 'ok')
    throw new Error(`the cycle ended ${result.status}: ${JSON.stringify(result.errors)}`);
}

function measuresOf(cycle: string, rows: number, steps: readonly { readonly step: Step; readonly peakBytes: number }[]): StepMeasure[] {
  return steps
    .filter(({ step }) => ['gate', 'deliver', 'transform', 'extract'].includes(step.step))
    .map(({ step, peakBytes }) => ({
      cycle,
      step: step.step,
      rows,
      seconds: step.duration_ms / 1000,
      rows_per_second: Math.round((rows * 1000) / Math.max(step.duration_ms, 1)),
      peak_megabytes: Math.round(peakBytes / 1_000_000),
    }));
}

if (import.meta.main) {
  for (const each of await measureLane()) {
    const { cycle, step, seconds, rows_per_second, peak_megabytes } = each;
    process.stdout.write(
      `${cycle.padEnd(28)}${step.padEnd(12)}${seconds.toFixed(2).padStart(8)} s${String(rows_per_second).padStart(10)} rows/s${String(peak_megabytes).padStart(7)} MB\n`,
    );
  }
}
