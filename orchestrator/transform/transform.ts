/**
 * One build of the warehouse from what the events name: assembles the project, has dbt build and test it, and after a good build swaps
 * the readers' snapshot (DuckDB). Safe to repeat: a build that failed or was killed left either all or nothing of each model.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EventData } from '../../core/events/event.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { DbtAnswer, DbtNodeResult, DbtWorker } from './dbt-process.ts';
import { build } from './build.ts';
import { builtWarehouse } from './built-warehouse.ts';
import { assembleProject } from './project/assemble-project.ts';
import { warehousePath } from './snapshot.ts';
import { DUCKDB, type WarehouseTarget } from './project/warehouse-target.ts';

export interface TransformOptions {
  /** Local folder of the root; with BigQuery a local folder to work in, which may be empty. */
  readonly rootFolder: string;
  readonly specs: readonly SourceSpec[];
  /** The file below the root by default. On BigQuery the lane has filled the tables of layer raw before. */
  readonly warehouse?: WarehouseTarget;
  /** Builds every table anew from all loads. */
  readonly fullRefresh?: boolean;
  /** Called before a build that reads every load; what it throws ends it, and the last good warehouse stays. */
  readonly beforeWholeRead?: () => Promise<void>;
  /** Also the slow tests, which are tagged daily. */
  readonly allTests?: boolean;
}

export interface TransformFailure {
  readonly name: string;
  readonly kind: string;
  readonly message: string;
}

export interface TransformResult {
  /** For the event dbt_finished. */
  readonly finished: EventData['dbt_finished'];
  readonly failures: readonly TransformFailure[];
  /** The snapshot's size where it was swapped; null after a failed build and on BigQuery. */
  readonly snapshotBytes: number | null;
}

/** Said by control.loads when a load that was read does not count any more. */
const FULL_REFRESH_NEEDED = 'FULL_REFRESH_NEEDED';

/** DBT_WORKER where dbt died or did not answer; a build that fails is a result with failures. */
export async function transform(options: TransformOptions, worker: DbtWorker): Promise<TransformResult> {
  const rootFolder = resolve(options.rootFolder);
  await mkdir(rootFolder, { recursive: true });
  const target = options.warehouse ?? DUCKDB;
  const project = await assembleProject(rootFolder, options.specs, target);
  const warehouse = builtWarehouse(rootFolder, target, worker);
  const how = { warehouse, project, allTests: options.allTests ?? false };
  let fullRefresh = options.fullRefresh ?? false;
  if (fullRefresh || (target.kind === 'duckdb' && !existsSync(warehousePath(rootFolder)))) await options.beforeWholeRead?.();
  let answer = await build({ ...how, fullRefresh }, worker);
  if (!fullRefresh && needsFullRefresh(answer)) {
    fullRefresh = true;
    await options.beforeWholeRead?.();
    answer = await build({ ...how, fullRefresh }, worker);
  }
  const failures = failuresOf(answer);
  const isGood = answer.success && failures.length === 0;
  const snapshotBytes = isGood ? await warehouse.show() : null;
  return { finished: finished(answer, isGood, fullRefresh), failures, snapshotBytes };
}

function needsFullRefresh(answer: DbtAnswer): boolean {
  return answer.results.some((result) => result.message?.includes(FULL_REFRESH_NEEDED) === true);
}

const GOOD = new Set(['success', 'pass', 'warn', 'no-op']);

function failuresOf(answer: DbtAnswer): TransformFailure[] {
  const failed = answer.results.filter((result) => !GOOD.has(result.status) && result.status !== 'skipped');
  if (!answer.success && failed.length === 0) {
    return [{ name: 'dbt', kind: 'command', message: answer.exception ?? 'dbt failed without a reason' }];
  }
  return failed.map((result) => ({ name: result.name, kind: result.kind, message: result.message ?? result.status }));
}

function finished(answer: DbtAnswer, isGood: boolean, fullRefresh: boolean): EventData['dbt_finished'] {
  const isTest = (result: DbtNodeResult): boolean => result.kind === 'test' || result.kind === 'unit_test';
  const tests = answer.results.filter(isTest);
  return {
    status: isGood ? 'ok' : 'failed',
    command: 'build',
    full_refresh: fullRefresh,
    models: answer.results
      .filter((result) => !isTest(result))
      .map(({ name, kind, status, duration_ms, rows_affected, bytes_processed, bytes_billed }) => ({
        ...{ name, kind, status, duration_ms, rows_affected },
        // Only where the warehouse is paid by the byte.
        ...(typeof bytes_processed === 'number' ? { bytes_processed, bytes_billed: bytes_billed ?? null } : {}),
      })),
    tests_passed: tests.filter((result) => GOOD.has(result.status)).length,
    tests_failed: tests.filter((result) => !GOOD.has(result.status) && result.status !== 'skipped').length,
    duration_ms: answer.duration_ms,
  };
}
