/** Which alerts should be open, given what the lane knows. Pure: alerts are opened and closed by comparing this with what is open. */
import { keyOf, type LaneState, type LoadState } from '../state/lane-state.ts';
import { addHours } from '../time/instant.ts';
import { newestDeliveries } from '../state/newest-deliveries.ts';
import { reportAlerts } from './report-alerts.ts';
import { streamAlerts } from './stream-alerts.ts';
import { alert, type WantedAlert } from './wanted-alert.ts';

/** A source that is this late is missing. */
const MISSING_AFTER_HOURS = 24;

export interface AlertView {
  readonly state: LaneState;
  readonly now: string;
  /** Sources of this run; the others are not waited for. */
  readonly sources: ReadonlySet<string>;
  readonly unclaimed: readonly { readonly object: string; readonly reason: string }[];
}

export function wantedAlerts(view: AlertView): ReadonlyMap<string, WantedAlert> {
  const wanted = [
    ...loadAlerts(view.state),
    ...deliveryAlerts(view),
    ...unclaimedAlerts(view),
    ...transformAlerts(view.state),
    ...partnerAlerts(view),
    ...streamAlerts(view),
    ...reportAlerts(view.state),
  ];
  return new Map(wanted.map((alert) => [alert.key, alert]));
}

/** Only the last verdict on each name counts: a later good delivery heals what an earlier one left. */
function* loadAlerts(state: LaneState): Generator<WantedAlert> {
  for (const ids of state.loads_by_object.values()) {
    const loads = ids.map((id) => state.loads.get(id)).filter((load) => load !== undefined);
    const last = loads.reduce<LoadState | undefined>(
      (before, load) => (before === undefined || load.validated_at >= before.validated_at ? load : before),
      undefined,
    );
    if (last !== undefined) yield* verdictAlerts(state, last);
  }
}

function* verdictAlerts(state: LaneState, load: LoadState): Generator<WantedAlert> {
  const about = { source: load.source, load_id: load.load_id, business_date: load.business_date, object: load.object };
  if (load.status === 'failed') {
    const codes = [...new Set(load.file_codes)].join(', ');
    if (load.file_codes.includes('CONSERVATION'))
      yield alert('conservation', 'P1', about, 'Bytes or records of the file are unaccounted for.');
    else yield alert('failed', 'P2', about, codes === '' ? 'The file failed.' : `The file failed: ${codes}.`);
    return;
  }
  if (load.quarantined > 0) yield alert('quarantined', 'P3', about, `${load.quarantined} of ${load.records_in} records are in quarantine.`);
  const spec = state.specs.get(load.source)?.data;
  const { typical_min_rows: min = null, typical_max_rows: max = null } = spec ?? {};
  if ((min !== null && load.staged < min) || (max !== null && load.staged > max)) {
    yield alert('volume', 'P3', about, `${load.staged} rows; typical are ${min ?? 'any'} to ${max ?? 'any'}.`);
  }
}

function* deliveryAlerts({ state, now, sources }: AlertView): Generator<WantedAlert> {
  const arrived = new Map<string, number>();
  for (const load of state.loads.values()) {
    if (!load.published || load.superseded_by !== null) continue;
    const key = keyOf(load.source, load.business_date);
    arrived.set(key, (arrived.get(key) ?? 0) + 1);
  }
  for (const [key, expected] of state.expected) {
    if (!sources.has(expected.source) || now <= expected.due_at) continue;
    const files = arrived.get(key) ?? 0;
    if (files >= expected.min_files) continue;
    const about = { source: expected.source, business_date: expected.business_date };
    const count = `${files} of ${expected.min_files} files, due at ${expected.due_at}.`;
    if (now > addHours(expected.due_at, MISSING_AFTER_HOURS)) yield alert('missing', 'P1', about, count);
    else yield alert('late', 'P2', about, count);
  }
}

function* unclaimedAlerts({ unclaimed }: AlertView): Generator<WantedAlert> {
  for (const { object, reason } of unclaimed) yield alert('unclaimed', 'P3', { object }, `The object stays in landing: ${reason}.`);
}

/** Only the newest revision of a date counts: one that is sent anew heals what the one before left. */
function* partnerAlerts({ state, now }: AlertView): Generator<WantedAlert> {
  for (const { written, delivered, failure, receipt } of newestDeliveries(state)) {
    const about = { object: written.object, business_date: written.date };
    if (failure !== null) yield alert('delivery_failed', 'P1', about, `The extract could not be sent to the partner: ${failure.code}.`);
    if (receipt?.verdict === 'contradicts') {
      yield alert('receipt_contradicts', 'P1', about, `The partner's receipt says otherwise: ${receipt.problems.join(', ')}.`);
    }
    const due = delivered?.receipt_due_at ?? null;
    if (receipt === null && due !== null && now > due)
      yield alert('receipt_missing', 'P2', about, `No receipt of the partner, due at ${due}.`);
  }
}

function* transformAlerts(state: LaneState): Generator<WantedAlert> {
  if (state.last_dbt?.status === 'failed') yield alert('dbt_failed', 'P1', {}, 'dbt ended with an error or a failing test.');
}
