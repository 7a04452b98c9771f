/**
 * dbt and the extract, as the lane drives them: dbt when something that the warehouse shows happened since it last succeeded or the warehouse
 * is gone, the extract when its time of day has passed. What came before stands whatever happens here.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import type { CycleError, CycleResult } from './cycle-result.ts';
import type { CommittedFindings } from '../load/load-live-findings.ts';
import type { StandingQuestion, StandingRun } from '../streams/standing-messages.ts';
import type { Lane } from './lane.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface WarehouseLane {
  /** Whether the warehouse that readers see is there. */
  exists(): Promise<boolean>;
  /** Messages that stand in a stream's table and are in no slice. Absent where nobody but the lane fills the warehouse. */
  standingMessages?(question: StandingQuestion): Promise<readonly StandingRun[]>;
  /** Brings a source's parts of live findings in before they are told of. Absent where dbt reads them from the store. */
  loadFindings?(lane: Lane, source: string, committed: readonly CommittedFindings[]): Promise<void>;
  /** Builds the warehouse from what is published; gives what dbt did. Throws where dbt could not even be started. */
  transform(lane: Lane): Promise<EventData['dbt_finished']>;
  /** Records what the warehouse found of the streams, after a good build. */
  checkStreams?(lane: Lane): Promise<void>;
  /** Records what the warehouse says of the reports to regulators at the lane's clock; nothing before the first good build. */
  checkReports?(lane: Lane): Promise<void>;
  /** Records what trades that a good build brought owe regulators. Absent where no regime is on. */
  collectOwed?(lane: Lane): Promise<void>;
  /** As-of dates whose extract is due at the lane's clock and not written yet, oldest first. */
  dueExtracts(lane: Lane): readonly string[];
  extract(lane: Lane, date: string): Promise<EventData['extract_written']>;
}

export interface WarehouseOutcome {
  readonly transform: CycleResult['transform'];
  readonly extracts: readonly string[];
  readonly errors: readonly CycleError[];
}

export async function warehouseSteps(
  lane: Lane,
  { warehouse }: { readonly warehouse: WarehouseLane | null },
  stopwatch: Stopwatch,
): Promise<WarehouseOutcome> {
  if (warehouse === null) return { transform: 'skipped', extracts: [], errors: [] };
  const errors: CycleError[] = [];
  const transform = await stopwatch.time('transform', async () => await transformStep(lane, warehouse, errors));
  if (transform === 'ok') await checkStep(async () => await warehouse.collectOwed?.(lane), lane, errors);
  // Deadlines pass without any news; a build that failed leaves the last good one.
  await checkStep(async () => await warehouse.checkReports?.(lane), lane, errors);
  // An extract of a warehouse that could not be built would look whole and not be.
  const due = transform === 'failed' ? [] : warehouse.dueExtracts(lane);
  const extracts: string[] = [];
  for (const date of due) {
    if (lane.signal.aborted) break;
    const object = await stopwatch.time(
      'extract',
      async () => await extractStep(lane, warehouse, date, errors),
      () => 1,
    );
    if (object !== null) extracts.push(object);
  }
  return { transform, extracts, errors };
}

async function transformStep(lane: Lane, warehouse: WarehouseLane, errors: CycleError[]): Promise<CycleResult['transform']> {
  // A warehouse that was built and is gone was removed by hand: it follows from what is published, and is made again.
  const isGone = async (): Promise<boolean> => lane.state.last_dbt !== null && !(await warehouse.exists());
  if (lane.signal.aborted || (!lane.state.warehouse_pending && !(await isGone()))) return 'not_due';
  await lane.assertHeld();
  let data: EventData['dbt_finished'];
  try {
    data = await warehouse.transform(lane);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    // What the warehouse said may hold values; where to look is enough.
    const job = error.details['job_id'];
    lane.logger.log('error', 'transform_failed', { code: error.code, ...(typeof job === 'string' ? { job_id: job } : {}) });
    errors.push({ step: 'transform', object: null, code: error.code, message: error.message });
    data = failedBuild();
  }
  await lane.assertHeld();
  await lane.journal.record([{ type: 'dbt_finished', at: lane.clock.now(), data }]);
  if (data.status === 'ok') await checkStep(async () => await warehouse.checkStreams?.(lane), lane, errors);
  return data.status;
}

async function checkStep(check: () => Promise<void>, lane: Lane, errors: CycleError[]): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!isMarketsError(error) || lane.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
    errors.push({ step: 'transform', object: null, code: error.code, message: error.message });
  }
}

async function extractStep(lane: Lane, warehouse: WarehouseLane, date: string, errors: CycleError[]): Promise<string | null> {
  try {
    const data = await warehouse.extract(lane, date);
    await lane.assertHeld();
    await lane.journal.record([{ type: 'extract_written', at: lane.clock.now(), data }]);
    return data.object;
  } catch (error) {
    if (!isMarketsError(error) || lane.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
    errors.push({ step: 'extract', object: date, code: error.code, message: error.message });
    return null;
  }
}

function failedBuild(): EventData['dbt_finished'] {
  return { status: 'failed', command: 'build', full_refresh: false, models: [], tests_passed: 0, tests_failed: 0, duration_ms: 0 };
}
