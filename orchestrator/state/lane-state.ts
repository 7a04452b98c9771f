/**
 * What the lane knows, folded from its events: the answers that gate, publish, archive and alerts need. It is derived, holds no
 * row values and can be rebuilt at any time; a checkpoint of it only saves the reading.
 */
import type { ControlComparison, FileStatus } from '../../core/engine/report.ts';
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import type { ChainHead, EventData } from '../../core/events/event.ts';
import type { ReportEventData } from '../../core/events/report-event.ts';
import type { LedgerPosition } from '../../core/reports/read-on.ts';
import type { StreamState } from './stream-state.ts';

/** The last attempt of a load, and what became of its file. */
export interface LoadState {
  readonly load_id: string;
  readonly source: string;
  /** Name below landing/, and the generation that this attempt read. */
  readonly object: string;
  readonly generation: string;
  readonly business_date: string;
  readonly version: number;
  readonly attempt: number;
  readonly spec_version: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: FileStatus;
  readonly records_in: number;
  readonly staged: number;
  readonly quarantined: number;
  readonly not_loaded: number;
  readonly file_codes: readonly FindingCode[];
  readonly findings_by_code: Readonly<Partial<Record<FindingCode, number>>>;
  readonly control: ControlComparison | null;
  readonly quarantine: string | null;
  readonly report: string;
  readonly validated_at: string;
  readonly run_id: string;
  /** A load_published event stands for this load. */
  readonly published: boolean;
  readonly parts: readonly string[];
  readonly superseded_by: string | null;
  readonly archived_as: string | null;
  /** A slice of a stream: no file stands behind it, and nobody but the bridge judged its rows. */
  readonly is_stream: boolean;
}

export interface AlertState {
  readonly alert_id: string;
  /** What the alert is about; one alert is open for it at a time. */
  readonly key: string;
  readonly opened_at: string;
  readonly source: string | null;
  readonly load_id: string | null;
  readonly data: EventData['alert_opened'];
}

/** A message to the webhook that did not arrive yet. */
export interface NoticeState {
  readonly alert_id: string;
  readonly about: 'opened' | 'closed';
  readonly kind: string;
  readonly failures: number;
}

/** What became of an extract on its way to the partner. */
export interface DeliveryState {
  readonly written: EventData['extract_written'];
  readonly delivered: { readonly at: string; readonly receipt_due_at: string | null } | null;
  /** The last failure since; null once it is delivered. */
  readonly failure: { readonly at: string; readonly code: string } | null;
  /** The last receipt that was read. */
  readonly receipt: {
    readonly at: string;
    readonly sha256: string;
    readonly verdict: 'accepted' | 'contradicts';
    readonly problems: readonly string[];
  } | null;
}

export interface LaneState {
  last_run: {
    readonly run_id: string;
    readonly epoch: number;
    readonly at: string;
    readonly closing_hash: string | null;
    readonly heads: readonly ChainHead[];
    readonly status: 'ok' | 'attention' | 'failed' | null;
  } | null;
  /** source -> its last spec_loaded, and the moment of its first. */
  readonly specs: Map<string, { readonly first_at: string; readonly data: EventData['spec_loaded'] }>;
  /** objectKey -> first sight. Forgotten when the object is archived. */
  readonly discovered: Map<string, { readonly at: string; readonly updated_at: string }>;
  /** objectKey of landing objects that no spec claims. */
  readonly unclaimed: Map<string, { readonly at: string }>;
  /** objectKey -> until when its control file is waited for. */
  readonly awaited: Map<string, { readonly until: string }>;
  readonly loads: Map<string, LoadState>;
  /** source and object -> load ids, oldest first. */
  readonly loads_by_object: Map<string, readonly string[]>;
  /** source, business date and sha256 -> the published load that stands. */
  readonly accepted: Map<string, string>;
  /** Landing name -> the last generation that was archived, so that a crash before its deletion is finished. */
  readonly archived: Map<string, { readonly generation: string; readonly archived_as: string }>;
  /** source and business date -> the delivery that the calendar asks for. */
  readonly expected: Map<string, EventData['delivery_expected'] & { readonly source: string }>;
  readonly duplicates: Map<string, number>;
  readonly alerts: Map<string, AlertState>;
  /** Alert key -> how often it was opened. */
  readonly alert_openings: Map<string, number>;
  readonly notices: Map<string, NoticeState>;
  /** Something that the warehouse shows happened since dbt last succeeded. */
  warehouse_pending: boolean;
  last_dbt: { readonly at: string; readonly status: 'ok' | 'failed' } | null;
  /** As-of date -> its extract. */
  readonly extracts: Map<string, EventData['extract_written']>;
  /** As-of date -> when its daily file, the one for the partner, was made last: one that was made by hand before it was due is made again. */
  readonly daily_extracts: Map<string, string>;
  /** Extract object -> its way to the partner. */
  readonly deliveries: Map<string, DeliveryState>;
  /** Source -> how far its stream was collected. */
  readonly streams: Map<string, StreamState>;
  /** Instance of the reporter -> how far its ledger was collected. */
  readonly ledgers: Map<string, LedgerPosition & { readonly is_complete: boolean }>;
  reports_checked: ReportEventData['reports_checked'] | null;
}

export function emptyState(): LaneState {
  return {
    last_run: null,
    specs: new Map(),
    discovered: new Map(),
    unclaimed: new Map(),
    awaited: new Map(),
    loads: new Map(),
    loads_by_object: new Map(),
    accepted: new Map(),
    archived: new Map(),
    expected: new Map(),
    duplicates: new Map(),
    alerts: new Map(),
    alert_openings: new Map(),
    notices: new Map(),
    warehouse_pending: false,
    last_dbt: null,
    extracts: new Map(),
    daily_extracts: new Map(),
    deliveries: new Map(),
    streams: new Map(),
    ledgers: new Map(),
    reports_checked: null,
  };
}

/** Parts of a key cannot hold a zero byte: object names and source names never do. */
export function keyOf(...parts: readonly string[]): string {
  return parts.join('\0');
}

export function objectKey(object: string, generation: string): string {
  return keyOf(object, generation);
}

/** The loads of one name of one source, oldest first. */
export function loadsOf(state: LaneState, source: string, object: string): readonly LoadState[] {
  const ids = state.loads_by_object.get(keyOf(source, object)) ?? [];
  return ids.map((id) => state.loads.get(id)).filter((load) => load !== undefined);
}
