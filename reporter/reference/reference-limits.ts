/** Bounds of the reference cache. */
export interface ReferenceLimits {
  /** Between two refreshes, and after one that failed. */
  readonly refreshMs: number;
  readonly retryMs: number;
  /** Data that are older are an alarm. */
  readonly staleMs: number;
  /** Versions in memory, of all kinds together. */
  readonly versionsMax: number;
  /** Questions for single keys to the warehouse: in a second, and waiting at once. */
  readonly lookUpsPerSecond: number;
  readonly lookUpsWaitingMax: number;
  /** A key that the warehouse does not have is not asked for again for so long. */
  readonly absentMs: number;
  readonly absentMax: number;
}

export const REFERENCE_LIMITS: ReferenceLimits = {
  refreshMs: 300_000,
  retryMs: 10_000,
  staleMs: 900_000,
  versionsMax: 500_000,
  lookUpsPerSecond: 20,
  lookUpsWaitingMax: 100,
  absentMs: 30_000,
  absentMax: 50_000,
};
