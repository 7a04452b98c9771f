/**
 * The deliveries of a run, shared with other tasks: the run offers them, takes its own part, waits for the others, takes over what a
 * task that was given up had begun, and joins the chains of all. Nothing here is needed to make sense of the record afterwards.
 */
import pLimit from 'p-limit';
import { readSegmentName, runPrefix } from '../../core/events/event-names.ts';
import { readChain } from '../../core/events/read-chain.ts';
import type { DeliveredAll } from '../deliver/deliver-all.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { Lane } from '../run/lane.ts';
import { beat, claimUnit, isGivenUp, readClaims, unitOutcome, type Claims, type UnitClaim, type UnitOutcome } from './claims.ts';
import { unitsOf, writePlan, type SharePlan } from './share-plan.ts';
import { workUnit, workUnits } from './work-units.ts';

const POLL_MS = 500;
const READS_AT_ONCE = 8;
/** The chain of the run itself, which needs no joining. */
const MAIN = 'main';

export interface ShareOptions {
  readonly eventsDate: string;
  readonly fixedNow: string | null;
  readonly heartbeatSeconds: number;
  readonly progress: (done: number, total: number, object: string) => void;
}

export async function shareDeliveries(lane: Lane, deliveries: readonly Delivery[], options: ShareOptions): Promise<DeliveredAll> {
  const plan = planOf(lane, deliveries, options);
  let done = 0;
  const onFile = (object: string): void => options.progress((done += 1), deliveries.length, object);
  await writePlan(lane.store, plan);
  const heart = beat(lane.store, plan.epoch, MAIN, plan.heartbeat_seconds);
  try {
    // Every unit is claimed in the end, by somebody: also where the run is told to end, which then begins none of its files. So no task
    // can begin one after the run has ended.
    await workUnits(lane, { plan, writer: MAIN, beginAt: 0, endsEarly: false, onFile });
    await waitForOthers(lane, plan, onFile);
    const outcomes = await allOutcomes(lane, plan);
    return { files: inOrder(deliveries, outcomes), errors: outcomes.flatMap(({ errors }) => errors) };
  } catch (error) {
    // Other tasks may still be at work: a run that is left open is continued by their chains as they stand when the next run begins.
    lane.journal.leaveOpen(error);
    throw error;
  } finally {
    heart.stop();
  }
}

function planOf(lane: Lane, deliveries: readonly Delivery[], options: ShareOptions): SharePlan {
  return {
    run_id: lane.runId,
    epoch: lane.epoch,
    events_date: options.eventsDate,
    started_at: lane.startedAt,
    fixed_now: options.fixedNow,
    heartbeat_seconds: options.heartbeatSeconds,
    engine_version: lane.engineVersion,
    spec_versions: Object.fromEntries(lane.specs.map(({ spec }) => [spec.name, spec.spec_version])),
    units: unitsOf(deliveries),
  };
}

/** Until every unit that was begun is done; a unit whose task is given up is taken over, its chain joined first. */
async function waitForOthers(lane: Lane, plan: SharePlan, onFile: (object: string) => void): Promise<void> {
  for (;;) {
    const open = openClaims(await readClaims(lane.store, plan.epoch));
    if (open.length === 0) break;
    const now = await lane.store.now();
    const givenUp = open.filter((claim) => isGivenUp(claim, now, plan.heartbeat_seconds));
    for (const claim of givenUp) await takeOver(lane, plan, claim, onFile);
    if (givenUp.length === 0) await lane.sleep(POLL_MS);
    await lane.assertHeld();
  }
  await joinChains(lane, plan);
}

function openClaims({ claimed, done }: Claims): readonly UnitClaim[] {
  return [...claimed.values()].filter((claim) => !done.has(claim.unit));
}

async function takeOver(lane: Lane, plan: SharePlan, claim: UnitClaim, onFile: (object: string) => void): Promise<void> {
  lane.logger.log('warn', 'task_given_up', { run_id: lane.runId, writer: claim.writer, unit: claim.unit });
  const attempt = claim.attempt + 1;
  if (!(await claimUnit(lane.store, plan.epoch, claim.unit, attempt, MAIN))) return;
  await joinChains(lane, plan);
  await workUnit(lane, plan, claim.unit, attempt, onFile);
}

/** What all tasks have written so far becomes part of the run's record and of the lane's state. */
async function joinChains(lane: Lane, plan: SharePlan): Promise<void> {
  const writers = await otherWriters(lane, plan);
  const place = { date: plan.events_date, runId: plan.run_id };
  const limit = pLimit(READS_AT_ONCE);
  const chains = writers.map(async (writer) => await limit(async () => await readChain(lane.store, { ...place, writer })));
  await lane.journal.join(await Promise.all(chains));
}

async function otherWriters(lane: Lane, plan: SharePlan): Promise<readonly string[]> {
  const writers = new Set<string>();
  for await (const { name } of lane.store.list(runPrefix(plan.events_date, plan.run_id))) {
    const writer = readSegmentName(name)?.segment?.writer;
    if (writer !== undefined && writer !== MAIN) writers.add(writer);
  }
  return [...writers].toSorted();
}

async function allOutcomes(lane: Lane, plan: SharePlan): Promise<readonly UnitOutcome[]> {
  const { done } = await readClaims(lane.store, plan.epoch);
  const limit = pLimit(READS_AT_ONCE);
  return await Promise.all([...done].map(async (unit) => await limit(async () => await unitOutcome(lane.store, plan.epoch, unit))));
}

function inOrder(deliveries: readonly Delivery[], outcomes: readonly UnitOutcome[]): DeliveredAll['files'] {
  const byObject = new Map(outcomes.flatMap(({ files }) => files).map((file) => [file.object, file]));
  return deliveries.flatMap(({ object }) => byObject.get(object) ?? []);
}
