/** A regime whose expressions have types: plain data, from which compile-regime.ts makes functions. */
import type { Expression } from '../../core/expression/expression.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import type { FieldFormat } from './field-format.ts';
import type { CheckName, RegimeDocument } from './regime-model.ts';

/** What a value must be. */
export interface Judged {
  readonly format: FieldFormat | null;
  readonly formatText: string | null;
  readonly check: CheckName | null;
  /** Of the whole value. */
  readonly pattern: RegExp | null;
  readonly allowed: readonly string[] | null;
}

export interface PlannedField {
  readonly number: string;
  readonly name: string;
  readonly type: ColumnType;
  readonly value: Expression;
  readonly kind: Expression | null;
  /** Where there is no kind. */
  readonly judged: Judged;
  readonly forms: ReadonlyMap<string, Judged> | null;
  readonly requiredWhen: Expression | null;
  readonly forbiddenWhen: Expression | null;
  readonly many: boolean;
  readonly inCancellation: boolean;
  /** Names from the root of a JSON report. */
  readonly key: readonly string[] | null;
}

export type PlannedDeadline =
  | { readonly kind: 'within'; readonly micros: bigint }
  | { readonly kind: 'business_days'; readonly days: number; readonly calendar: string; readonly at: string; readonly timezone: string };

export interface RegimePlan {
  readonly document: RegimeDocument;
  readonly text: string;
  readonly regimeVersion: string;
  readonly deadline: PlannedDeadline;
  readonly values: readonly { readonly name: string; readonly expression: Expression }[];
  readonly eligibility: readonly { readonly rule: Expression; readonly reason: string }[];
  readonly message: { readonly from: Expression; readonly to: Expression } | null;
  readonly fields: readonly PlannedField[];
  readonly rules: readonly {
    readonly rule: Expression;
    readonly code: string;
    readonly field: string | null;
    readonly description: string;
  }[];
}
