/** What a scanner of any format is made from: the columns of a spec, and what is asked of every row. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { CompiledRowRule } from './rule-source.ts';
import type { RowTargets } from './row-targets.ts';
import { withDeferred, type ScanColumn } from './scan-column.ts';

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
  targets: RowTargets,
): ScannerPlan {
  const { keys, totals, fileRules } = targets;
  const keyColumns = keys.keys.flatMap(({ places }) => places);
  return {
    columns: withDeferred(columns, askedColumns(columns, rules, keyColumns, targets)),
    rules,
    keyColumns,
    totalColumns: totals.places,
    aggregateColumns: fileRules.columns,
    decimalSeparator: source.csv.decimal_separator,
    maxRecordBytes,
  };
}

/** Texts that are asked for while a row is read; all of them where a row counts for more than itself, since a late text may still be refused. */
function askedColumns(
  columns: readonly ScanColumn[],
  rules: readonly CompiledRowRule[],
  keyColumns: readonly number[],
  { totals, fileRules }: RowTargets,
): ReadonlySet<number> {
  if (totals.places.length > 0 || fileRules.columns !== null) return new Set(columns.map(({ index }) => index));
  return new Set([...rules.flatMap((rule) => rule.columns), ...keyColumns]);
}
