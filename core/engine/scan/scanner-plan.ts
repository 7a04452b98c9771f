/** What a scanner of any format is made from: the columns of a spec, and what is asked of every row. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { CompiledRowRule } from './rule-source.ts';
import type { RowTargets } from './row-targets.ts';
import type { ScanColumn } from './scan-column.ts';

export interface ScannerPlan {
  readonly columns: readonly ScanColumn[];
  readonly rules: readonly CompiledRowRule[];
  /** Columns of keys that may stand once in a file, by their place in the schema. */
  readonly keyColumns: readonly number[];
  /** By control total the place of its column in the schema. */
  readonly totalColumns: readonly number[];
  /** Columns that aggregates of file rules read, by their place in the schema; null where there is no aggregate. */
  readonly aggregateColumns: readonly number[] | null;
  /** Of numbers that are texts; numbers of JSON have a point. */
  readonly decimalSeparator: '.' | ',';
  readonly maxRecordBytes: number;
}

export function scannerPlan(
  { source }: SourceSpec,
  maxRecordBytes: number,
  columns: readonly ScanColumn[],
  rules: readonly CompiledRowRule[],
  { keys, totals, fileRules }: RowTargets,
): ScannerPlan {
  return {
    columns,
    rules,
    keyColumns: keys.keys.flatMap(({ places }) => places),
    totalColumns: totals.places,
    aggregateColumns: fileRules.columns,
    decimalSeparator: source.csv.decimal_separator,
    maxRecordBytes,
  };
}
