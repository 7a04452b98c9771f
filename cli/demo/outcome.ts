/** What came of the demo week: what `markets demo --json` prints, and what its screen is made from. */
import type { CycleAlert, FileOutcome } from '../../orchestrator/run/cycle-result.ts';
import type { RefusedRow } from '../sandbox/refused-rows.ts';
import type { TextRow } from '../sandbox/rows.ts';
import type { ReportsOutcome } from './reports/run-reports.ts';
import type { StreamsOutcome } from './streams/run-streams.ts';

export interface DemoOutcome {
  readonly root: string;
  readonly seconds: number;
  readonly cycles: readonly DemoCycleOutcome[];
  readonly refused: readonly RefusedRow[];
  /** A few trades at the end of the lane, one for each thing that happened in the week. */
  readonly trades: readonly TextRow[];
  /** How many trades the warehouse holds. */
  readonly trade_count: number;
  /** Trades whose flags were set at the end of one cycle and are not any more. */
  readonly healed: readonly HealedTrade[];
  readonly still_flagged: readonly TextRow[];
  readonly extracts: readonly DemoExtract[];
  readonly trace: DemoTrace | null;
  readonly streams: StreamsOutcome;
  readonly reports: ReportsOutcome;
}

export interface DemoCycleOutcome {
  readonly now: string;
  readonly title: string;
  readonly run_id: string;
  readonly status: string;
  readonly landed: readonly { readonly object: string; readonly story: string }[];
  readonly files: readonly FileOutcome[];
  readonly waiting: number;
  readonly unclaimed: readonly string[];
  readonly alerts_opened: readonly CycleAlert[];
  readonly alerts_closed: readonly string[];
  readonly transform: string;
  readonly extracts: readonly string[];
  readonly errors: readonly { readonly step: string; readonly code: string; readonly message: string }[];
}

export interface HealedTrade {
  readonly source_system: string;
  readonly source_trade_id: string;
  readonly flag: string;
  /** Cycles (their clocks): the last that saw the flag, the first that did not. */
  readonly flagged_at: string;
  readonly healed_at: string;
}

export interface DemoExtract {
  readonly object: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly first_row: string;
}

/** From a line of the extract back to the bytes that were delivered. */
export interface DemoTrace {
  readonly trade_id: string;
  readonly source_trade_id: string;
  readonly file: string;
  readonly archived_as: string;
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number;
  readonly byte_length: number;
  readonly raw: string;
}
