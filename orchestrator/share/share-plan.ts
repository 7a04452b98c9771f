/**
 * What a run offers to other tasks: its deliveries in units, each taken by one task as a whole. Stored once under the run's epoch
 * (create if absent); it goes when the run has ended.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectInfo, ObjectStore } from '../../core/ports/object-store.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { Lane } from '../run/lane.ts';
import { sharePrefix } from './share-names.ts';

/** Files and bytes of a unit, beyond what has to stay together: enough that claims cost little, few enough that all tasks have work. */
const UNIT_FILES_MAX = 16;
const UNIT_BYTES_MAX = 64 * 1024 * 1024;
const PLAN_BYTES_MAX = 256 * 1024 * 1024;

export interface PlannedDelivery {
  readonly source: string;
  readonly object: string;
  readonly info: ObjectInfo;
  readonly control: ObjectInfo | null;
}

export type Unit = readonly PlannedDelivery[];

export interface SharePlan {
  readonly run_id: string;
  readonly epoch: number;
  /** YYYY-MM-DD: where the run's events lie. */
  readonly events_date: string;
  readonly started_at: string;
  /** Where the run's clock stands still (--now): that of every task does. */
  readonly fixed_now: string | null;
  readonly heartbeat_seconds: number;
  readonly engine_version: string;
  /** Source -> spec_version of the specs that judge: a task with others must not join. */
  readonly spec_versions: Readonly<Record<string, string>>;
  readonly units: readonly Unit[];
}

/**
 * Files of one source and one size may be equal, so that one is the duplicate of the other: they stay together, in the order of their
 * names, as in a run that is not shared.
 */
export function unitsOf(deliveries: readonly Delivery[]): readonly Unit[] {
  const together = new Map<string, PlannedDelivery[]>();
  for (const { spec, object, info, control } of deliveries) {
    const key = `${spec.name} ${String(info.sizeBytes)}`;
    const group = together.get(key) ?? [];
    group.push({ source: spec.name, object, info, control });
    together.set(key, group);
  }
  const units: PlannedDelivery[][] = [];
  let bytes = 0;
  for (const group of together.values()) {
    const groupBytes = group.reduce((sum, { info }) => sum + info.sizeBytes, 0);
    const open = units.at(-1);
    if (open === undefined || open.length + group.length > UNIT_FILES_MAX || bytes + groupBytes > UNIT_BYTES_MAX) {
      units.push([...group]);
      bytes = groupBytes;
    } else {
      open.push(...group);
      bytes += groupBytes;
    }
  }
  return units;
}

export async function writePlan(store: ObjectStore, plan: SharePlan): Promise<void> {
  await store.write(planName(plan.epoch), Buffer.from(JSON.stringify(plan)), { ifAbsent: true });
}

/** undefined where the run of this epoch offers nothing (yet). */
export async function readPlan(store: ObjectStore, epoch: number): Promise<SharePlan | undefined> {
  if ((await store.stat(planName(epoch))) === undefined) return undefined;
  const plan: unknown = JSON.parse((await store.read(planName(epoch), { maxBytes: PLAN_BYTES_MAX })).toString());
  if (isPlan(plan)) return plan;
  throw new MarketsError('INTERNAL', `The plan ${planName(epoch)} cannot be read.`);
}

/** The deliveries of a unit with this task's own specs. LANE_TASKS_DIFFER where a source is not what the run judges by. */
export function deliveriesOf(lane: Pick<Lane, 'specs'>, plan: SharePlan, unit: Unit): readonly Delivery[] {
  const specs = new Map(lane.specs.map(({ spec }) => [spec.name, spec]));
  return unit.map(({ source, object, info, control }) => {
    const spec = specs.get(source);
    if (spec !== undefined && spec.spec_version === plan.spec_versions[source]) return { spec, object, info, control };
    throw new MarketsError('LANE_TASKS_DIFFER', 'This task has other specs than the run that it joins.', {
      expected: `${source} with spec_version ${plan.spec_versions[source] ?? 'unknown'}`,
      found: spec?.spec_version ?? 'no such source',
      next: 'Start every task of a run from the same image, or with the same --specs.',
    });
  });
}

function planName(epoch: number): string {
  return `${sharePrefix(epoch)}plan.json`;
}

function isPlan(value: unknown): value is SharePlan {
  return typeof value === 'object' && value !== null && 'run_id' in value && 'units' in value && Array.isArray(value.units);
}
