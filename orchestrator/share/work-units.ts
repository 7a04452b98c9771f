/** A task's share of a run: takes unit after unit that nobody has, some at once, until there is none. */
import { deliverAll } from '../deliver/deliver-all.ts';
import type { Lane } from '../run/lane.ts';
import { assertClaim, claimUnit, finishUnit, readClaims, type UnitOutcome } from './claims.ts';
import { deliveriesOf, type SharePlan } from './share-plan.ts';

export interface WorkOptions {
  readonly plan: SharePlan;
  /** The chain of this task. */
  readonly writer: string;
  /** Where to begin, so that tasks do not try the same units: a number of [0, 1). */
  readonly beginAt: number;
  /** Whether a task that is told to end leaves the units that nobody has; else it claims them and begins none of their files. */
  readonly endsEarly: boolean;
  readonly onFile: (object: string) => void;
}

/** What this task did. LEASE_LOST where the run was taken over or gave the task up. */
export async function workUnits(lane: Lane, options: WorkOptions): Promise<UnitOutcome> {
  const { plan, writer, endsEarly, onFile } = options;
  const outcomes: UnitOutcome[] = [];
  const waiting = unitsFrom(options);
  let { claimed } = await readClaims(lane.store, plan.epoch);
  const work = async (): Promise<void> => {
    for (const unit of waiting) {
      if (endsEarly && lane.signal.aborted) return;
      if (claimed.has(unit)) continue;
      if (await claimUnit(lane.store, plan.epoch, unit, 1, writer)) outcomes.push(await workUnit(lane, plan, unit, 1, onFile));
      else ({ claimed } = await readClaims(lane.store, plan.epoch));
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: lane.limits.files_at_once }, work));
  const stopped = settled.find((one) => one.status === 'rejected');
  if (stopped !== undefined) throw stopped.reason;
  return { files: outcomes.flatMap(({ files }) => files), errors: outcomes.flatMap(({ errors }) => errors) };
}

/** One iterator for all loops of a task: each unit is tried once. */
function* unitsFrom({ plan, beginAt }: WorkOptions): Generator<number> {
  const count = plan.units.length;
  const first = Math.floor(beginAt * count);
  for (let step = 0; step < count; step++) yield (first + step) % count;
}

/** One claimed unit, to its end: its files one after the other, since whole units run at once. */
export async function workUnit(
  lane: Lane,
  plan: SharePlan,
  unit: number,
  attempt: number,
  onFile: (object: string) => void,
): Promise<UnitOutcome> {
  const deliveries = deliveriesOf(lane, plan, plan.units[unit] ?? []);
  const claimed: Lane = {
    ...lane,
    limits: { ...lane.limits, files_at_once: 1 },
    assertHeld: async () => {
      await lane.assertHeld();
      await assertClaim(lane.store, plan.epoch, unit, attempt);
    },
  };
  const outcome = await deliverAll(claimed, deliveries, (_done, _total, object) => {
    onFile(object);
  });
  // A task that is told to end leaves the rest of its unit to the next run, as a run does.
  await finishUnit(lane.store, plan.epoch, unit, outcome);
  return outcome;
}
