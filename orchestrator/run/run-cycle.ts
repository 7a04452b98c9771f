/**
 * One cycle of the batch lane: discover, gate, validate, publish, archive, then dbt and the extract where something is due. Safe to
 * repeat: a second cycle with nothing new records its own beginning and end and nothing else.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { reconcileAlerts } from '../alert/reconcile-alerts.ts';
import { deliverAll, type DeliveredAll } from '../deliver/deliver-all.ts';
import { recordExpected } from '../expect/record-expected.ts';
import { belowLanding, type Delivery } from '../gate/delivery.ts';
import { discover, type Landing } from '../gate/discover.ts';
import { passGate } from '../gate/gate.ts';
import { restoreFailed } from '../gate/restore-failed.ts';
import { recordUnclaimed } from '../gate/unclaimed.ts';
import { forgetClaims } from '../share/claims.ts';
import { shareDeliveries } from '../share/share-deliveries.ts';
import type { CycleOptions } from './cycle-options.ts';
import type { CycleError, CycleResult, FileOutcome } from './cycle-result.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import type { Lane } from './lane.ts';
import { partnerSteps } from '../partner/partner-steps.ts';
import { openRun, type RunFrame } from './open-run.ts';
import { registerSpecs } from './register-specs.ts';
import { warehouseSteps, type WarehouseOutcome } from './warehouse-steps.ts';
import { collectReports } from '../reports/collect-reports.ts';
import { collectStreams } from '../streams/collect-streams.ts';

/** Throws LEASE_HELD when another run is at work, SPEC_CHANGED for a live spec that its loads cannot follow. */
export async function runCycle(options: CycleOptions): Promise<CycleResult> {
  refuseUnknownSource(options);
  const frame = await openRun(options);
  await mkdir(options.scratchFolder, { recursive: true });
  const scratchFolder = await mkdtemp(join(options.scratchFolder, 'run-'));
  const stopwatch = createStopwatch(options.onStep);
  try {
    const lane = laneOf(options, frame, scratchFolder);
    const result = await runSteps(lane, frame, options, stopwatch);
    await close(frame, result, null);
    options.logger.log('info', 'run_completed', { run_id: frame.runId, status: result.status });
    await tidy(frame, options);
    return result;
  } catch (error) {
    await closeFailed(frame, stopwatch, error, options);
    throw error;
  } finally {
    await frame.lease.release();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function refuseUnknownSource({ source, specs }: CycleOptions): void {
  if (source === undefined || specs.some(({ spec }) => spec.name === source)) return;
  throw new MarketsError('SPEC_NOT_FOUND', `There is no source ${source}.`, {
    expected: specs.map(({ spec }) => spec.name).join(', '),
    found: source,
  });
}

function laneOf(options: CycleOptions, frame: RunFrame, scratchFolder: string): Lane {
  return {
    ...options,
    runId: frame.runId,
    epoch: frame.lease.epoch,
    startedAt: frame.startedAt,
    state: frame.state,
    journal: frame.journal,
    scratchFolder,
    assertHeld: async () => await frame.lease.assertHeld(),
  };
}

async function runSteps(lane: Lane, frame: RunFrame, options: CycleOptions, stopwatch: Stopwatch): Promise<CycleResult> {
  await stopwatch.time('specs', async () => await registerSpecs(lane));
  const landing = await stopwatch.time('discover', async () => await discoverAll(lane));
  const gate = await stopwatch.time(
    'gate',
    async () => await passGate(lane, landing, options.source ?? null),
    (gate) => gate.ready.length,
  );
  const delivered = await stopwatch.time(
    'deliver',
    async () => await deliverReady(lane, frame, gate.ready, options),
    ({ files }) => files.length,
  );
  const streams = await stopwatch.time(
    'streams',
    async () => await collectStreams(lane, options.source ?? null, options.warehouse),
    ({ rows }) => rows,
  );
  const reports = await stopwatch.time(
    'reports',
    async () => await collectReports(lane),
    ({ entries }) => entries,
  );
  const unclaimed = landing.unclaimed.map(({ info, reason }) => ({ object: belowLanding(info), reason }));
  await stopwatch.time('expect', async () => await recordExpected(lane, options.calendars));
  const before = await stopwatch.time('alerts', async () => await reconcileAlerts(lane, unclaimed));
  const warehouse = await warehouseSteps(lane, options, stopwatch);
  const partner = await partnerSteps(lane, options, stopwatch);
  const after = await stopwatch.time('alerts', async () => await reconcileAlerts(lane, unclaimed));
  await stopwatch.time('notify', async () => await options.notify(lane));
  const errors = [...delivered.errors, ...streams.errors, ...reports.errors, ...warehouse.errors, ...partner.errors];
  const alerts_opened = [...before.opened, ...after.opened];
  return {
    run_id: lane.runId,
    now: lane.startedAt,
    status: statusOf(lane, delivered.files, errors, warehouse, alerts_opened.length),
    files: delivered.files,
    waiting: gate.waiting,
    unclaimed: unclaimed.map(({ object }) => object),
    alerts_opened,
    alerts_closed: [...before.closed, ...after.closed],
    alerts_open: [...lane.state.alerts.values()].map(({ alert_id, source, data: { kind, severity } }) => ({
      alert_id,
      kind,
      severity,
      source,
    })),
    transform: warehouse.transform,
    extracts: warehouse.extracts,
    delivered: partner.delivered,
    steps: stopwatch.steps(),
    errors,
  };
}

async function deliverReady(lane: Lane, frame: RunFrame, ready: readonly Delivery[], options: CycleOptions): Promise<DeliveredAll> {
  const progress = options.onFile ?? (() => undefined);
  if (options.share === undefined) return await deliverAll(lane, ready, progress);
  const { eventsDate } = frame;
  return await shareDeliveries(lane, ready, { ...options.share, eventsDate, heartbeatSeconds: options.heartbeatSeconds, progress });
}

async function discoverAll(lane: Lane): Promise<Landing> {
  const specs = lane.specs.map(({ spec }) => spec);
  let landing = await discover(lane.store, specs);
  if ((await restoreFailed(lane, landing)) > 0) landing = await discover(lane.store, specs);
  await recordUnclaimed(lane, landing);
  return landing;
}

function statusOf(
  lane: Lane,
  files: readonly FileOutcome[],
  errors: readonly CycleError[],
  warehouse: WarehouseOutcome,
  alertsOpened: number,
): CycleResult['status'] {
  if (errors.length > 0 || warehouse.transform === 'failed') return 'failed';
  const bad = files.some((file) => file.outcome === 'quarantined' || file.outcome === 'failed');
  const absent = [...lane.state.alerts.values()].some(({ data }) => data.kind === 'late' || data.kind === 'missing');
  return bad || absent || alertsOpened > 0 ? 'attention' : 'ok';
}

async function close(frame: RunFrame, { status, steps }: CycleResult, error: string | null): Promise<void> {
  await frame.close({ status, steps, error });
}

/** Order and speed for later runs; the work is done and recorded, so nothing here fails it. */
async function tidy(frame: RunFrame, { logger, store }: CycleOptions): Promise<void> {
  try {
    await frame.tidy();
    await forgetClaims(store, frame.lease.epoch);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    logger.log('warn', 'tidy_failed', { run_id: frame.runId, code: error.code });
  }
}

/** The run that failed says so where it still can; where it cannot, the next run names its heads as they stand. */
async function closeFailed(frame: RunFrame, stopwatch: Stopwatch, error: unknown, { logger }: CycleOptions): Promise<void> {
  const code = isMarketsError(error) ? error.code : 'INTERNAL';
  logger.log('error', 'run_failed', { run_id: frame.runId, code });
  if (frame.isClosed() || frame.journal.isBroken() || code === 'LEASE_LOST') return;
  try {
    await frame.close({ status: 'failed', steps: stopwatch.steps(), error: code });
  } catch (closing) {
    logger.log('error', 'run_not_closed', { run_id: frame.runId, code: isMarketsError(closing) ? closing.code : 'INTERNAL' });
  }
}
