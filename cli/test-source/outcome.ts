/** What `markets test-source` found out: what `--json` prints, and what its text is made from. */
import type { RefusedRow } from '../sandbox/refused-rows.ts';
import type { TextRow } from '../sandbox/rows.ts';

export interface TestSourceOutcome {
  readonly source: string;
  /** Of a stream, whose messages were lines of a file here: the topic that they would have come from; null for a source of files. */
  readonly kafka_topic: string | null;
  readonly seed: number;
  readonly object: string;
  readonly bytes: number;
  /** accepted, quarantined or failed, as the lane judged the file. */
  readonly status: string;
  /** Codes of findings on the file as a whole. */
  readonly file_codes: readonly string[];
  readonly good_rows: number;
  readonly bad_rows: readonly BadRowOutcome[];
  readonly staged: number;
  /** Rows that were made as good ones and refused: a contradiction in the spec, or a bug of ours. */
  readonly refused_although_good: readonly RefusedRow[];
  /** The model at the end of the lane, and its first rows with classified columns masked. */
  readonly model: string;
  readonly rows: readonly TextRow[];
  readonly row_count: number;
  readonly transform: string;
  readonly errors: readonly { readonly step: string; readonly code: string; readonly message: string }[];
}

export interface BadRowOutcome {
  readonly record: number;
  readonly intended: { readonly code: string; readonly where: string };
  readonly line: number | null;
  /** What the engine said; [] where the row was not refused. */
  readonly findings: RefusedRow['findings'];
  readonly as_intended: boolean;
}
