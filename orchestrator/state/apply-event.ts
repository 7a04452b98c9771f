/** The fold: one event after the other changes the lane's state. Events come in the order of the log, each exactly once. */
import type { AnyEvent, EventEnvelope } from '../../core/events/event.ts';
import { applyAlertEvent } from './apply-alert.ts';
import { applyExtractEvent } from './apply-extract.ts';
import { applyReportEvent } from './apply-report.ts';
import { applySlice, applyStreamEvent } from './apply-stream.ts';
import { keyOf, objectKey, type LaneState, type LoadState } from './lane-state.ts';

export function applyEvent(state: LaneState, event: AnyEvent): void {
  if (concernsWarehouse(event)) state.warehouse_pending = true;
  switch (event.type) {
    case 'run_started':
    case 'run_finished':
      applyRun(state, event);
      return;
    case 'tasks_joined':
      // What the joined chains say comes as events of its own.
      return;
    case 'spec_loaded':
      if (event.source !== null) {
        const first = state.specs.get(event.source)?.first_at ?? event.at;
        state.specs.set(event.source, { first_at: first, data: event.data });
      }
      return;
    case 'delivery_expected':
      if (event.source !== null) {
        state.expected.set(keyOf(event.source, event.data.business_date), { ...event.data, source: event.source });
      }
      return;
    case 'object_discovered':
      state.discovered.set(objectKey(event.data.object, event.data.generation), { at: event.at, updated_at: event.data.updated_at });
      return;
    case 'object_unclaimed':
      state.unclaimed.set(objectKey(event.data.object, event.data.generation), { at: event.at });
      return;
    case 'control_awaited':
      state.awaited.set(objectKey(event.data.object, event.data.generation), { until: event.data.until });
      return;
    case 'file_validated':
      applyValidated(state, event);
      return;
    case 'load_published':
      applyPublished(state, event);
      return;
    case 'duplicate_ignored':
      if (event.source !== null) {
        const key = keyOf(event.source, event.data.business_date);
        state.duplicates.set(key, (state.duplicates.get(key) ?? 0) + 1);
      }
      return;
    case 'load_rebuilt':
      // The same load with the same parts.
      return;
    case 'object_archived':
      applyArchived(state, event);
      return;
    case 'object_expired':
      applyExpired(state, event);
      return;
    case 'dbt_finished':
      state.last_dbt = { at: event.at, status: event.data.status };
      if (event.data.status === 'ok') state.warehouse_pending = false;
      return;
    case 'extract_written':
    case 'extract_delivered':
    case 'extract_delivery_failed':
    case 'extract_receipt':
      applyExtractEvent(state, event);
      return;
    case 'alert_opened':
    case 'alert_closed':
    case 'alert_notified':
      applyAlertEvent(state, event);
      return;
    default:
      applyEventOfOtherLanes(state, event);
      return;
  }
}

function applyEventOfOtherLanes(
  state: LaneState,
  event: Parameters<typeof applyReportEvent>[1] | Parameters<typeof applyStreamEvent>[1],
): void {
  switch (event.type) {
    case 'report_entries_collected':
    case 'reports_owed':
    case 'reports_checked':
      applyReportEvent(state, event);
      return;
    default:
      applyStreamEvent(state, event);
      return;
  }
}

/** Whether the warehouse would look different after this event; a run's own frame never changes it. */
function concernsWarehouse(event: AnyEvent): boolean {
  switch (event.type) {
    case 'run_started':
    case 'run_finished':
    case 'tasks_joined':
    case 'dbt_finished':
    case 'extract_written':
    case 'extract_delivered':
    case 'extract_delivery_failed':
    case 'extract_receipt':
    case 'control_awaited':
    case 'object_archived':
    case 'object_expired':
    case 'alert_notified':
    case 'stream_checked':
    case 'reports_checked':
      return false;
    case 'alert_opened':
    case 'alert_closed':
      // The passing of a due time is news for completeness; other alerts only repeat what their own events say.
      return event.data.kind === 'late' || event.data.kind === 'missing';
    default:
      return true;
  }
}

function applyRun(state: LaneState, event: EventEnvelope<'run_started'> | EventEnvelope<'run_finished'>): void {
  const head = { run_id: event.run_id, writer: event.writer, seq: event.seq, hash: event.hash };
  if (event.type === 'run_started') {
    const { epoch } = event.data;
    state.last_run = { run_id: event.run_id, epoch, at: event.at, closing_hash: null, heads: [head], status: null };
  } else if (state.last_run?.run_id === event.run_id) {
    const others = event.data.heads.filter(({ writer }) => writer !== event.writer);
    state.last_run = { ...state.last_run, closing_hash: event.hash, heads: [head, ...others], status: event.data.status };
  }
}

function applyValidated(state: LaneState, event: EventEnvelope<'file_validated'>): void {
  if (event.load_id === null || event.source === null) return;
  const data = event.data;
  const before = state.loads.get(event.load_id);
  state.loads.set(event.load_id, {
    load_id: event.load_id,
    source: event.source,
    object: data.object,
    generation: data.generation,
    business_date: data.business_date,
    version: data.version,
    attempt: data.attempt,
    spec_version: data.spec_version,
    sha256: data.sha256,
    bytes: data.bytes,
    status: data.status,
    records_in: data.records_in,
    staged: data.staged,
    quarantined: data.quarantined,
    not_loaded: data.not_loaded,
    file_codes: data.file_findings.map((finding) => finding.code),
    findings_by_code: data.findings_by_code,
    control: data.control,
    quarantine: data.quarantine,
    report: data.report,
    validated_at: event.at,
    run_id: event.run_id,
    published: false,
    parts: [],
    superseded_by: null,
    archived_as: null,
    is_stream: false,
  });
  const key = keyOf(event.source, data.object);
  if (before === undefined) state.loads_by_object.set(key, [...(state.loads_by_object.get(key) ?? []), event.load_id]);
}

function applyPublished(state: LaneState, event: EventEnvelope<'load_published'>): void {
  if (event.load_id === null || event.source === null) return;
  if (event.data.stream !== undefined) {
    applySlice(state, event);
    return;
  }
  change(state, event.load_id, { published: true, parts: event.data.parts.map((part) => part.object) });
  state.accepted.set(keyOf(event.source, event.data.business_date, event.data.sha256), event.load_id);
  for (const superseded of event.data.supersedes) {
    change(state, superseded, { superseded_by: event.load_id });
    const load = state.loads.get(superseded);
    if (load === undefined) continue;
    const key = keyOf(load.source, load.business_date, load.sha256);
    if (state.accepted.get(key) === superseded) state.accepted.delete(key);
  }
}

function applyArchived(state: LaneState, event: EventEnvelope<'object_archived'>): void {
  const { object, generation, archived_as } = event.data;
  state.archived.set(object, { generation, archived_as });
  const key = objectKey(object, generation);
  state.discovered.delete(key);
  state.awaited.delete(key);
  state.unclaimed.delete(key);
  if (event.load_id !== null && event.data.role === 'data') {
    const load = state.loads.get(event.load_id);
    if (load?.object === object && load.generation === generation) change(state, event.load_id, { archived_as });
  }
}

/** Of what lies in landing only the lane's memory is to go; a load stays what it was without its staged files. */
function applyExpired(state: LaneState, { data }: EventEnvelope<'object_expired'>): void {
  if (!data.object.startsWith('landing/')) return;
  const key = objectKey(data.object.slice('landing/'.length), data.generation);
  state.discovered.delete(key);
  state.unclaimed.delete(key);
}

function change(state: LaneState, loadId: string, to: Partial<LoadState>): void {
  const load = state.loads.get(loadId);
  if (load !== undefined) state.loads.set(loadId, { ...load, ...to });
}
