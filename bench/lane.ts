/**
 * What each step of a cycle costs: 200,000 rows of one CSV from landing to the extract, dbt included, then a small file into
 * the same warehouse, which must cost what is new and not what is there. `node bench/lane.ts` prints it.
 */
import type { CycleResult } from '../orchestrator/index.ts';
import { sampleMemory } from './process-tree.ts';
import { openSyntheticLane } from './synthetic-lane.ts';

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

interface MeasuredStep {
  readonly step: Step;
  readonly peakBytes: number;
}

/** Measures in a folder of its own below the system's temporary folder, which it removes. */
export async function measureLane(): Promise<readonly StepMeasure[]> {
  const memory = sampleMemory();
  const steps: MeasuredStep[] = [];
  // The lane tells its log of every finished step; that is where its memory is taken.
  const bench = await openSyntheticLane({
    log: (_level, event, fields) => {
      if (event === 'step_finished') steps.push({ step: fields as unknown as Step, peakBytes: memory.take() });
    },
    close: async () => await Promise.resolve(),
  });
  try {
    const measures: StepMeasure[] = [];
    bench.land('trades_1.csv', { rows: LARGE_ROWS, date: '2023-01-30', badEvery: 200 });
    checkCycle(await bench.lane.runCycle({ now: '2023-01-30T23:00:00Z' }));
    measures.push(...measuresOf('200,000 rows, first build', LARGE_ROWS, steps.splice(0)));
    bench.land('trades_2.csv', { rows: SMALL_ROWS, date: '2023-01-31', badEvery: 0, firstId: LARGE_ROWS + 1 });
    checkCycle(await bench.lane.runCycle({ now: '2023-01-31T12:00:00Z' }));
    measures.push(...measuresOf('1,000 rows more', SMALL_ROWS, steps.splice(0)));
    return measures;
  } finally {
    memory.stop();
    await bench.close();
  }
}

function checkCycle(result: CycleResult): void {
  if (result.status === 'failed' || result.transform !== 'ok')
    throw new Error(`the cycle ended ${result.status}: ${JSON.stringify(result.errors)}`);
}

function measuresOf(cycle: string, rows: number, steps: readonly MeasuredStep[]): StepMeasure[] {
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
