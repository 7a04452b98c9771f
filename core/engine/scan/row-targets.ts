/** Where the rows go that a scanner takes, and what looks at them besides the rules of a row. */
import type { ControlTotals } from '../control/control-totals.ts';
import type { StagedRows } from '../output/staged-rows.ts';
import type { FileRules } from '../rules/file-rules.ts';
import type { RangeKeys } from '../uniqueness/range-keys.ts';
import type { RefusedRowJudge } from './refused-rows.ts';
import type { TextTables } from './text-tables.ts';

export interface ScanMemory {
  /** null until there is a scanner. */
  tables: TextTables | null;
}

export interface RowTargets {
  readonly staged: StagedRows;
  /** Of the same buffers. */
  readonly memory: ScanMemory;
  readonly keys: RangeKeys;
  readonly fileRules: FileRules;
  readonly totals: ControlTotals;
  readonly judge: RefusedRowJudge;
  /** Each of the `count` records up to `lastRecord` is followed by so many bytes that are no record's. */
  readonly onFollows: (lastRecord: number, count: number, bytes: number) => void;
}
