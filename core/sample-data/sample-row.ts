/** Rows of sample data: each good, or wrong in one way that is known. */
import type { FindingCode } from '../engine/findings/catalogue.ts';

/** What a bad row was made to break. */
export interface Intended {
  readonly code: FindingCode;
  readonly column: string | null;
  /** The rule's own code, or its text; null where no rule is behind it. */
  readonly rule: string | null;
}

export interface SampleRow {
  /** Texts by position in the schema; null where there is no value. */
  readonly texts: readonly (string | null)[];
  /** null for a good row. */
  readonly intended: Intended | null;
  /** Damage to the record itself, which the writer of the format does. */
  readonly damage: 'none' | 'field_missing' | 'cut_off';
}
