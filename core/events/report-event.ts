/**
 * What the collect step of a cycle says of reports to regulators: what a run of entries of one ledger comes to, event by event and report by report. Runs of one
 * ledger follow each other without a hole, so that no entry counts twice. No row values: identities, times, states and codes.
 */
import type { ReportFold } from '../reports/report-state.ts';

/** A trade event as it was received. */
export interface CollectedTradeEvent {
  readonly event_id: string;
  readonly source: string;
  readonly trade_id: string;
  /** Decimal text. */
  readonly trade_version: string;
  readonly status: string;
  readonly trade_time: string;
  readonly received_at: string;
}

/** What the entries of the run say of one report; dbt_project/models/reports/regulatory_submissions.sql combines runs. */
export interface CollectedReport extends ReportFold {
  readonly report_id: string;
  readonly event_id: string;
  readonly regime: string;
}

/** Whether a regime wants a trade version that is in the warehouse reported. */
export interface OwedReport {
  readonly event_id: string;
  readonly trade_id: string;
  readonly trade_version: string;
  readonly status: string;
  readonly trade_time: string;
  readonly regime: string;
  readonly is_eligible: boolean;
  readonly reason: string | null;
  readonly due_at: string;
}

export interface ReportEventData {
  /** Key: instance and the entries' numbers. */
  report_entries_collected: {
    readonly instance: string;
    readonly first_seq: number;
    readonly last_seq: number;
    /** hash of the last entry, and the bytes of the ledger's file up to it; 0 where entries lie in objects. */
    readonly head_hash: string;
    readonly bytes: number;
    /** The ledger was closed, and nothing more comes of it. */
    readonly is_complete: boolean;
    readonly events: readonly CollectedTradeEvent[];
    readonly reports: readonly CollectedReport[];
  };
  /** Judged once a trade version: by the regimes as they were then. Key: event_id and regime. */
  reports_owed: { readonly rows: readonly OwedReport[] };
  /** What the warehouse found after a build, where it is otherwise than after the one before. Regimes without any are not named. */
  reports_checked: {
    readonly regimes: readonly {
      readonly regime: string;
      readonly due_soon: number;
      readonly missed: number;
      /** Rejected, invalid or dead-lettered. */
      readonly failed: number;
    }[];
  };
}
