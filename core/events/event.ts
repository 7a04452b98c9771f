/**
 * The events of the platform: immutable facts under control/events, the only source of truth for state. The warehouse's
 * control models are built from them, and so is the lane's own view of what arrived. Events hold no row values.
 *
 * Chain: one a writer, control/events/date=YYYY-MM-DD/<run_id>/<writer>/<seq>.jsonl, each segment created if absent.
 * hash = sha256 of the RFC 8785 JSON of the event without `hash`; prev_hash is that of the writer's event before,
 * '' for its first. Every object name in an event is relative to the root.
 */
import type { ControlComparison, FileStatus, Finding } from '../engine/report.ts';
import type { FindingCode } from '../engine/findings/catalogue.ts';
import type { ReportEventData } from './report-event.ts';
import type { StreamEventData, StreamSlice } from './stream-event.ts';

export interface EventEnvelope<T extends EventType = EventType> {
  readonly event_id: string;
  readonly type: T;
  /** ISO 8601 UTC, 6 digits: the run's clock (--now moves it). */
  readonly at: string;
  readonly run_id: string;
  /** Which chain of the run; 'main' for the lane itself. */
  readonly writer: string;
  /** 1-based place in the chain. */
  readonly seq: number;
  readonly load_id: string | null;
  readonly source: string | null;
  readonly data: EventData[T];
  readonly prev_hash: string;
  readonly hash: string;
}

export type EventType = keyof EventData;
export type AnyEvent = { [T in EventType]: EventEnvelope<T> }[EventType];

/** The last event of a chain that counts; what a late holder of a lost lease appends behind it is ignored. */
export interface ChainHead {
  readonly run_id: string;
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
}

/** Which extract a delivery is about, and to whom. */
export interface DeliveredExtract {
  readonly date: string;
  readonly revision: number;
  readonly object: string;
  /** A word of the configuration. */
  readonly partner: string;
}

export interface EventData extends StreamEventData, ReportEventData {
  run_started: {
    readonly epoch: number;
    readonly now: string;
    readonly engine_version: string;
    /** The run before, closed or crashed, with the heads of its chains as they stood when the lease was taken. */
    readonly previous: { readonly run_id: string; readonly closing_hash: string | null; readonly heads: readonly ChainHead[] } | null;
  };
  run_finished: {
    readonly status: 'ok' | 'attention' | 'failed';
    readonly heads: readonly ChainHead[];
    readonly previous_closing_hash: string | null;
    readonly steps: readonly { readonly step: string; readonly duration_ms: number; readonly items: number }[];
    readonly error: string | null;
  };
  /**
   * Chains of other tasks that belong to the run up to these heads. Their events count from here on, in this order; what a task that
   * was given up appends behind its head counts for nobody.
   */
  tasks_joined: { readonly heads: readonly ChainHead[] };
  /** First sight of a spec_version; its text lies under control/specs/<spec_version>.yaml. */
  spec_loaded: {
    readonly spec_version: string;
    readonly version: number;
    readonly entity: string;
    readonly domain: string;
    readonly source_system: string | null;
    readonly calendar: string;
    readonly min_files_per_day: number;
    readonly max_files_per_day: number | null;
    readonly typical_min_rows: number | null;
    readonly typical_max_rows: number | null;
    readonly volume_anomaly: number | null;
    /** 'full' or 'delta', for reference data. */
    readonly delivery: string;
    readonly timezone: string;
  };
  /** A delivery that the calendar asks for; written once, when it becomes due or earlier. */
  delivery_expected: { readonly business_date: string; readonly due_at: string; readonly min_files: number };
  /** First sight of a landing object (name and generation). `object` is the name below landing/. */
  object_discovered: {
    readonly object: string;
    readonly generation: string;
    readonly bytes: number;
    readonly updated_at: string;
  };
  object_unclaimed: { readonly object: string; readonly generation: string; readonly bytes: number };
  control_awaited: { readonly object: string; readonly generation: string; readonly control_object: string; readonly until: string };
  duplicate_ignored: {
    readonly object: string;
    readonly generation: string;
    readonly sha256: string;
    readonly business_date: string;
    readonly first_load_id: string;
    readonly archived_as: string;
  };
  /** The engine's verdict on one attempt. load_id is the envelope's. */
  file_validated: {
    readonly object: string;
    readonly generation: string;
    readonly business_date: string;
    /** 1, or n+1 for a resupply of the same name. */
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
    readonly warnings: number;
    readonly duplicate_in_file: number;
    readonly findings_by_code: Readonly<Partial<Record<FindingCode, number>>>;
    /** Codes and messages without values. */
    readonly file_findings: readonly Pick<Finding, 'code' | 'rule' | 'message'>[];
    readonly control: ControlComparison | null;
    /** Object names, null where there is none. */
    readonly quarantine: string | null;
    readonly report: string;
    readonly quarantine_sha256: string | null;
    readonly report_sha256: string;
    readonly duration_ms: number;
  };
  /** The moment rows become visible. `at` is published_at of the load. Only loads with this event exist for the warehouse. */
  load_published: {
    readonly object: string;
    readonly business_date: string;
    readonly version: number;
    readonly attempt: number;
    readonly spec_version: string;
    readonly sha256: string;
    readonly rows: number;
    readonly parts: readonly { readonly object: string; readonly rows: number; readonly bytes: number; readonly sha256: string }[];
    readonly manifest: string;
    /** Loads of the same object name that this one replaces (resupply: replace); [] otherwise. */
    readonly supersedes: readonly string[];
    readonly epoch: number;
    /** Only of a slice of a stream, which is no file: `object` is stream/<source>/..., `manifest` the sink's last one, '' where there is no sink. */
    readonly stream?: StreamSlice;
  };
  /** Parts of a published load that were gone and were staged again from the archive, under the names that load_published gives. Counts no load anew. */
  load_rebuilt: {
    readonly engine_version: string;
    /** Whether they are the same bytes; else the same rows and findings, written by another engine. */
    readonly identical: boolean;
    readonly parts: readonly { readonly object: string; readonly rows: number; readonly bytes: number; readonly sha256: string }[];
  };
  object_archived: {
    readonly object: string;
    readonly generation: string;
    /** archive/... or failed/... */
    readonly archived_as: string;
    readonly crc32c: string;
    readonly sha256: string;
    readonly role: 'data' | 'control';
  };
  /** Retention removes this generation, whose folder keeps it no longer. Buckets do so by themselves and say nothing. Key: object and generation. */
  object_expired: {
    /** The whole name below the root: staging/..., failed/... or landing/... */
    readonly object: string;
    readonly generation: string;
    readonly bytes: number;
    /** By the store's clock. */
    readonly updated_at: string;
    readonly kept_days: number;
  };
  dbt_finished: {
    readonly status: 'ok' | 'failed';
    readonly command: string;
    readonly full_refresh: boolean;
    readonly models: readonly {
      readonly name: string;
      readonly kind: string;
      readonly status: string;
      readonly duration_ms: number;
      readonly rows_affected: number | null;
      /** What its job reported, where the warehouse is paid by the byte; older events have none. */
      readonly bytes_processed?: number | null;
      readonly bytes_billed?: number | null;
    }[];
    readonly tests_passed: number;
    readonly tests_failed: number;
    readonly duration_ms: number;
  };
  extract_written: {
    /** As-of date D of the window D-6..D. */
    readonly date: string;
    readonly as_of: string;
    readonly object: string;
    readonly manifest: string;
    readonly control: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
    readonly uncompressed_sha256: string;
    /** 1, or n+1 where the extract of that date was made anew with other content. */
    readonly revision: number;
  };
  /** The partner has the three files of an extract: each was compared with what was sent before its name appeared. Key: date, format, revision. */
  extract_delivered: DeliveredExtract & {
    /** In the order in which they appeared: the file, its manifest, the control file. */
    readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
    readonly verified: 'read_back' | 'size';
    readonly attempts: number;
    /** Bytes of a broken upload that were found good and not sent again. */
    readonly resumed_bytes: number;
    /** All files were there: an earlier attempt sent them and ended before it could say so. */
    readonly already_there: boolean;
    /** null where the partner writes no receipts. */
    readonly receipt_due_at: string | null;
    readonly duration_ms: number;
  };
  /** All attempts of a run failed; the next run tries again. */
  extract_delivery_failed: DeliveredExtract & { readonly code: string; readonly attempts: number };
  /** What the partner says of a delivered extract; a receipt with other content than the last one that was read. */
  extract_receipt: DeliveredExtract & {
    /** Our copy of it: extracts/<date>/receipts/... */
    readonly receipt: string;
    readonly sha256: string;
    readonly verdict: 'accepted' | 'contradicts';
    /** What is otherwise than sent: file, rows, bytes, sha256, status, or unreadable. No values. */
    readonly problems: readonly string[];
  };
  alert_opened: {
    readonly alert_id: string;
    readonly kind:
      | 'late'
      | 'missing'
      | 'failed'
      | 'quarantined'
      | 'volume'
      | 'unclaimed'
      | 'dbt_failed'
      | 'conservation'
      | 'delivery_failed'
      | 'receipt_missing'
      | 'receipt_contradicts'
      | 'stream_gap'
      | 'stream_loss'
      | 'stream_lag'
      | 'stream_silent'
      | 'candle_drift'
      | 'report_due'
      | 'report_missed'
      | 'report_failed';
    readonly severity: 'P1' | 'P2' | 'P3';
    readonly business_date: string | null;
    readonly object: string | null;
    readonly message: string;
  };
  /** The outcome of telling the webhook about an alert that was opened or closed. */
  alert_notified: {
    readonly alert_id: string;
    readonly about: 'opened' | 'closed';
    readonly status: 'delivered' | 'failed';
    readonly attempts: number;
    /** null where no answer came. */
    readonly http_status: number | null;
  };
  alert_closed: { readonly alert_id: string; readonly kind: string; readonly reason: string };
}
