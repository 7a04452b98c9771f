/** The block quality of a source spec, parsed and completed. Fields are names of columns of the schema. */

/** What is looked at besides whether a record is good: findings in control tables, never a reason to refuse a record. */
export interface Quality {
  /** z-score of a day's number of rows. */
  readonly volume_anomaly: number | null;
  /** Silences between two events of one instrument that are reported, in milliseconds, ascending. */
  readonly gaps_ms: readonly number[];
  readonly outliers: OutlierCheck | null;
  readonly duplicates: DuplicateCheck | null;
  /** Columns of a bid and an ask: the bid must be below the ask. */
  readonly crossed: { readonly bid: string; readonly ask: string } | null;
  /** Columns that must be above 0. */
  readonly positive: readonly string[];
  /** A time this much later than the message's own arrival is reported; null for no check. */
  readonly future_ms: number | null;
}

/** A value far from those of the same instrument before it. */
export interface OutlierCheck {
  readonly column: string;
  /** Number of values before it that are looked at. */
  readonly window: number;
  /** How many deviations away; a decimal as text. */
  readonly sigma: string;
  /** Median and median absolute deviation x 1.4826 instead of mean and standard deviation. */
  readonly is_robust: boolean;
}

/** Records with the same values in these columns within so many milliseconds of event time. */
export interface DuplicateCheck {
  readonly columns: readonly string[];
  readonly within_ms: number;
}
