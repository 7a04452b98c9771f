/** What a check of market data's quality finds: a place, how much and against what; never a value of the row. */

export const QUALITY_CHECKS = ['gap', 'outlier', 'duplicate', 'crossed', 'positive', 'future'] as const;
export type QualityCheck = (typeof QUALITY_CHECKS)[number];
export type FindingSeverity = 'LOW' | 'MEDIUM' | 'HIGH';

/** Of a gap it follows from how many of the thresholds are reached. */
export const SEVERITY_OF: Readonly<Record<Exclude<QualityCheck, 'gap'>, FindingSeverity>> = {
  outlier: 'MEDIUM',
  duplicate: 'LOW',
  crossed: 'HIGH',
  positive: 'HIGH',
  future: 'MEDIUM',
};

/** `rank` counts the thresholds of the spec from the smallest, from 0. */
export function gapSeverity(rank: number): FindingSeverity {
  if (rank === 0) return 'LOW';
  return rank === 1 ? 'MEDIUM' : 'HIGH';
}

/** Milliseconds and amounts at scale 18. */
export interface QualityFinding {
  readonly check: QualityCheck;
  /** '' where the check is of the record as a whole. */
  readonly column: string;
  readonly offset: bigint;
  /** Microseconds since the epoch. */
  readonly eventMicros: bigint | null;
  readonly instrument: string | null;
  /** How much: milliseconds of a gap, of the distance of a duplicate, of the way into the future; deviations of an outlier; bid - ask. */
  readonly measure: bigint | null;
  readonly threshold: bigint;
  readonly severity: FindingSeverity;
  /** The message's time in the log, in milliseconds. */
  readonly arrivedMs: number;
}
