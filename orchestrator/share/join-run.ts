/**
 * A task that takes its share of another process's run: waits for one that offers its deliveries, judges, publishes and archives the units
 * that it gets, each event in a chain of its own, and ends. Gate, alerts, warehouse and extract are the run's.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createEventWriter } from '../../core/events/event-writer.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { assertEpoch, currentLease } from '../../core/lease/lease.ts';
import type { CycleOptions } from '../run/cycle-options.ts';
import type { CycleError, FileOutcome } from '../run/cycle-result.ts';
import { createJournal } from '../run/journal.ts';
import type { Lane } from '../run/lane.ts';
import { loadState } from '../state/load-state.ts';
import { beat } from './claims.ts';
import { deliveriesOf, readPlan, type SharePlan } from './share-plan.ts';
import { workUnits } from './work-units.ts';

const POLL_MS = 1000;

export interface JoinOptions extends Pick<
  CycleOptions,
  | 'store'
  | 'specs'
  | 'clock'
  | 'validator'
  | 'engineVersion'
  | 'limits'
  | 'newId'
  | 'scratchFolder'
  | 'logger'
  | 'signal'
  | 'sleep'
  | 'onFile'
> {
  /** Of `tasks` that share the run; 0 is the run itself. */
  readonly task: number;
  readonly tasks: number;
  /** How long to wait for a run that offers something. */
  readonly waitSeconds: number;
}

export interface JoinResult {
  /** null where no run offered anything in time. */
  readonly run_id: string | null;
  readonly task: number;
  readonly status: 'ok' | 'attention' | 'failed';
  readonly files: readonly FileOutcome[];
  readonly errors: readonly CycleError[];
}

/** LEASE_LOST where the run was taken over or gave this task up, LANE_TASKS_DIFFER where this task would judge otherwise than the run. */
export async function joinRun(options: JoinOptions): Promise<JoinResult> {
  const plan = await waitForPlan(options);
  if (plan === undefined) return { run_id: null, task: options.task, status: 'ok', files: [], errors: [] };
  refuseOtherEngine(options, plan);
  await mkdir(options.scratchFolder, { recursive: true });
  const scratchFolder = await mkdtemp(join(options.scratchFolder, 'task-'));
  const writer = `task-${String(options.task)}-${options.newId().slice(0, 8)}`;
  const heart = beat(options.store, plan.epoch, writer, plan.heartbeat_seconds);
  try {
    const lane = await laneOf(options, plan, writer, scratchFolder);
    for (const unit of plan.units) deliveriesOf(lane, plan, unit);
    let done = 0;
    const onFile = (object: string): void => options.onFile?.((done += 1), plan.units.flat().length, object);
    const beginAt = options.task / options.tasks;
    const { files, errors } = await workUnits(lane, { plan, writer, beginAt, endsEarly: true, onFile });
    return { run_id: plan.run_id, task: options.task, status: statusOf(files, errors), files, errors };
  } finally {
    heart.stop();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

async function waitForPlan({ store, waitSeconds, sleep, signal }: JoinOptions): Promise<SharePlan | undefined> {
  for (let waitedMs = 0; !signal.aborted; waitedMs += POLL_MS) {
    const lease = await currentLease(store);
    const plan = lease === null || lease.released ? undefined : await readPlan(store, lease.epoch);
    if (plan !== undefined || waitedMs >= waitSeconds * 1000) return plan;
    await sleep(POLL_MS);
  }
  return undefined;
}

async function laneOf(options: JoinOptions, plan: SharePlan, writer: string, scratchFolder: string): Promise<Lane> {
  const { store, newId } = options;
  const { fixed_now: fixedNow } = plan;
  const clock = fixedNow === null ? options.clock : { now: () => fixedNow };
  // What the run has recorded before it offered its files is in it: first sights, specs.
  const state = await loadState(store);
  const events = createEventWriter({ store, runId: plan.run_id, writer, date: plan.events_date, newId });
  return {
    ...options,
    clock,
    runId: plan.run_id,
    epoch: plan.epoch,
    startedAt: plan.started_at,
    state,
    journal: createJournal(events, state, clock),
    scratchFolder,
    assertHeld: async () => await assertEpoch(store, plan.epoch),
  };
}

function refuseOtherEngine({ engineVersion }: JoinOptions, plan: SharePlan): void {
  if (engineVersion === plan.engine_version) return;
  throw new MarketsError('LANE_TASKS_DIFFER', 'This task has another engine than the run that it joins.', {
    expected: `engine version ${plan.engine_version}`,
    found: engineVersion,
    next: 'Start every task of a run from the same image.',
  });
}

function statusOf(files: readonly FileOutcome[], errors: readonly CycleError[]): JoinResult['status'] {
  if (errors.length > 0) return 'failed';
  return files.some(({ outcome }) => outcome === 'quarantined' || outcome === 'failed') ? 'attention' : 'ok';
}
