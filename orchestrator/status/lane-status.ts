/** What a person who looks after the lane asks first: what was expected and what came, what waits, what is open, how the last cycle ended. */
import { currentLease } from '../../core/lease/lease.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { discover } from '../gate/discover.ts';
import { keyOf, type DeliveryState, type LaneState } from '../state/lane-state.ts';
import { loadState } from '../state/load-state.ts';
import { msOfInstant } from '../time/instant.ts';

export type DeliveryStatus = 'ON_TIME' | 'LATE' | 'PARTIAL' | 'MISSING' | 'NOT_DUE' | 'NOT_EXPECTED';

/** Of the partner, for a delivered extract. */
export type ReceiptStatus = 'not_expected' | 'awaited' | 'missing' | 'accepted' | 'contradicts';

export interface SourceStatus {
  readonly source: string;
  readonly status: DeliveryStatus;
  readonly due_at: string | null;
  readonly expected_files: number;
  /** Files of the date that stand accepted. */
  readonly files: number;
  readonly last_arrival: string | null;
  readonly rows: number;
  readonly quarantined: number;
  readonly failed_files: number;
  readonly duplicates: number;
}

export interface LaneStatus {
  /** The business date that `sources` is about. */
  readonly date: string;
  readonly as_of: string;
  readonly sources: readonly SourceStatus[];
  readonly backlog: {
    readonly in_landing: number;
    readonly control_files: number;
    readonly unclaimed: number;
    readonly oldest_seconds: number;
  };
  readonly last_cycle: { readonly run_id: string; readonly at: string; readonly status: string } | null;
  readonly running: { readonly holder: string; readonly epoch: number; readonly last_seen_seconds: number } | null;
  readonly warehouse: { readonly last_build: string | null; readonly status: string | null; readonly pending: boolean };
  readonly last_extract: {
    readonly date: string;
    readonly object: string;
    readonly rows: number;
    readonly delivered_at: string | null;
    readonly receipt: ReceiptStatus;
  } | null;
  readonly alerts: readonly {
    readonly alert_id: string;
    readonly severity: string;
    readonly kind: string;
    readonly source: string | null;
    readonly business_date: string | null;
    readonly object: string | null;
    readonly opened_at: string;
    readonly message: string;
  }[];
}

export interface StatusOptions {
  readonly store: ObjectStore;
  readonly specs: readonly SourceSpec[];
  /** Without it, the date of the last cycle. */
  readonly date?: string;
  /** The moment that decides what is due; without it, that of the last cycle. */
  readonly now?: string;
  readonly wallClock: string;
}

export async function laneStatus(options: StatusOptions): Promise<LaneStatus> {
  const state = await loadState(options.store);
  const as_of = options.now ?? state.last_run?.at ?? options.wallClock;
  const date = options.date ?? as_of.slice(0, 10);
  // No file of a stream is ever due: control.streaming_health and `markets bridge` tell how it does.
  const isStream = (name: string): boolean => options.specs.some((spec) => spec.name === name && spec.source.type === 'stream');
  const names = new Set([...options.specs.filter((spec) => spec.enabled).map((spec) => spec.name), ...state.specs.keys()]);
  return {
    date,
    as_of,
    sources: [...names]
      .filter((name) => !isStream(name))
      .sort()
      .map((source) => sourceStatus(state, source, date, as_of)),
    backlog: await backlog(options, state, as_of),
    last_cycle: lastCycle(state),
    running: await runningLease(options.store),
    warehouse: { last_build: state.last_dbt?.at ?? null, status: state.last_dbt?.status ?? null, pending: state.warehouse_pending },
    last_extract: lastExtract(state, as_of),
    alerts: openAlerts(state),
  };
}

/** One source on one business date. Pure. */
export function sourceStatus(state: LaneState, source: string, date: string, now: string): SourceStatus {
  const loads = [...state.loads.values()].filter((load) => load.source === source && load.business_date === date);
  const standing = loads.filter((load) => load.published && load.superseded_by === null);
  const expected = state.expected.get(keyOf(source, date));
  const arrivals = standing.map((load) => load.validated_at).sort();
  const judged = new Map(loads.map((load) => [load.object, load]));
  return {
    source,
    status: deliveryStatus(arrivals, expected, now),
    due_at: expected?.due_at ?? null,
    expected_files: expected?.min_files ?? 0,
    files: standing.length,
    last_arrival: arrivals.at(-1) ?? null,
    rows: standing.reduce((sum, load) => sum + load.staged, 0),
    quarantined: standing.reduce((sum, load) => sum + load.quarantined, 0),
    failed_files: [...judged.values()].filter((load) => load.status === 'failed').length,
    duplicates: state.duplicates.get(keyOf(source, date)) ?? 0,
  };
}

function deliveryStatus(
  arrivals: readonly string[],
  expected: { readonly due_at: string; readonly min_files: number } | undefined,
  now: string,
): DeliveryStatus {
  if (expected === undefined) return 'NOT_EXPECTED';
  const complete = arrivals[expected.min_files - 1];
  if (complete !== undefined) return complete <= expected.due_at ? 'ON_TIME' : 'LATE';
  if (now <= expected.due_at) return 'NOT_DUE';
  return arrivals.length > 0 ? 'PARTIAL' : 'MISSING';
}

async function backlog({ store, specs }: StatusOptions, state: LaneState, now: string): Promise<LaneStatus['backlog']> {
  const landing = await discover(store, specs);
  const firstSights = [...state.discovered.values()].map((seen) => seen.at).sort();
  const oldest = firstSights[0];
  return {
    in_landing: landing.data.length,
    control_files: landing.controls.size,
    unclaimed: landing.unclaimed.length,
    oldest_seconds: oldest === undefined ? 0 : Math.max(0, Math.round((msOfInstant(now) - msOfInstant(oldest)) / 1000)),
  };
}

function lastCycle({ last_run: run }: LaneState): LaneStatus['last_cycle'] {
  return run === null ? null : { run_id: run.run_id, at: run.at, status: run.status ?? 'not finished' };
}

async function runningLease(store: ObjectStore): Promise<LaneStatus['running']> {
  const lease = await currentLease(store);
  if (lease === null || lease.released) return null;
  const seconds = Math.max(0, Math.round(((await store.now()) - lease.lastSeenMs) / 1000));
  return { holder: lease.holder, epoch: lease.epoch, last_seen_seconds: seconds };
}

function lastExtract({ extracts, deliveries }: LaneState, now: string): LaneStatus['last_extract'] {
  const date = [...extracts.keys()].sort().at(-1);
  const extract = date === undefined ? undefined : extracts.get(date);
  if (extract === undefined) return null;
  const { date: of, object, rows } = extract;
  const delivery = deliveries.get(object);
  return { date: of, object, rows, delivered_at: delivery?.delivered?.at ?? null, receipt: receiptStatus(delivery, now) };
}

function receiptStatus(delivery: DeliveryState | undefined, now: string): ReceiptStatus {
  const due = delivery?.delivered?.receipt_due_at ?? null;
  if (delivery?.receipt !== null && delivery !== undefined) return delivery.receipt.verdict;
  if (due === null) return 'not_expected';
  return now > due ? 'missing' : 'awaited';
}

function openAlerts(state: LaneState): LaneStatus['alerts'] {
  return [...state.alerts.values()]
    .map(({ alert_id, source, opened_at, data }) => ({
      alert_id,
      severity: data.severity,
      kind: data.kind,
      source,
      business_date: data.business_date,
      object: data.object,
      opened_at,
      message: data.message,
    }))
    .sort((left, right) => (`${left.severity}${left.opened_at}` < `${right.severity}${right.opened_at}` ? -1 : 1));
}
