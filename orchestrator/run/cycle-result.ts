/** What a cycle did, for the command line, the tests and whoever starts runs. */
import type { ErrorCode } from '../../core/errors/error-codes.ts';
import type { AlertKind } from '../alert/alert-key.ts';

export interface FileOutcome {
  readonly source: string;
  readonly object: string;
  readonly outcome: 'accepted' | 'quarantined' | 'failed' | 'duplicate' | 'resumed' | 'error';
  readonly load_id: string | null;
  readonly records_in: number;
  readonly staged: number;
  readonly quarantined: number;
  readonly codes: readonly string[];
}

export interface CycleError {
  readonly step: string;
  readonly object: string | null;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface CycleStep {
  readonly step: string;
  readonly duration_ms: number;
  readonly items: number;
}

export interface CycleAlert {
  readonly alert_id: string;
  readonly kind: AlertKind;
  readonly severity: 'P1' | 'P2' | 'P3';
  readonly source: string | null;
  readonly business_date: string | null;
  readonly object: string | null;
  readonly message: string;
}

export interface CycleResult {
  readonly run_id: string;
  readonly now: string;
  readonly status: 'ok' | 'attention' | 'failed';
  readonly files: readonly FileOutcome[];
  /** Claimed files that stay in landing: not settled, or waiting for their control file. */
  readonly waiting: number;
  readonly unclaimed: readonly string[];
  readonly alerts_opened: readonly CycleAlert[];
  readonly alerts_closed: readonly string[];
  /** Every alert that is open at the end, opened now or before. */
  readonly alerts_open: readonly Pick<CycleAlert, 'alert_id' | 'kind' | 'severity' | 'source'>[];
  readonly transform: 'not_due' | 'skipped' | 'ok' | 'failed';
  /** Extract objects that this cycle wrote. */
  readonly extracts: readonly string[];
  /** Extract objects that the partner got in this cycle. */
  readonly delivered: readonly string[];
  readonly steps: readonly CycleStep[];
  readonly errors: readonly CycleError[];
}
