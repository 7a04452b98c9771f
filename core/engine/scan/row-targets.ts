/** Where the rows go that a scanner takes, and what looks at them besides the rules of a row. */
import type { ControlTotals } from '../control/control-totals.ts';
import type { StagedRows } from '../output/staged-rows.ts';
import type { FileRules } from '../rules/file-rules.ts';
import type { RangeKeys } from '../uniqueness/range-keys.ts';

export interface RowTargets {
  readonly staged: StagedRows;
  readonly keys: RangeKeys;
  readonly fileRules: FileRules;
  readonly totals: ControlTotals;
  /** Each of the `count` records up to `lastRecord` is followed by so many bytes that are no record's. */
  readonly onFollows: (lastRecord: number, count: number, bytes: number) => void;
}
