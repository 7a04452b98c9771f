/** Bounds of the pipeline, and how long what has to wait does. */
export interface PipelineLimits {
  /** Events that are received and not yet ended. */
  readonly eventsMax: number;
  /** Reports that are judged, built and claimed at once, and that are with a destination at once. */
  readonly judgedAtOnce: number;
  readonly sentAtOnce: number;
  /** The first wait for a reason and the longest: each is twice the one before. */
  readonly waitFirstMs: number;
  readonly waitMostMs: number;
  /** Parked reports look again by themselves after so long; a refresh of reference data wakes them. */
  readonly parkedMs: number;
  /** Unfinished work of dead instances is looked for. */
  readonly adoptMs: number;
  /** Late replies are asked for. */
  readonly repliesMs: number;
  /** A report that is this near to its deadline without an end is told of once. */
  readonly alarmUs: bigint;
  readonly alarmMs: number;
}

export const PIPELINE_LIMITS: PipelineLimits = {
  eventsMax: 20_000,
  judgedAtOnce: 64,
  sentAtOnce: 256,
  waitFirstMs: 500,
  waitMostMs: 60_000,
  parkedMs: 60_000,
  adoptMs: 15_000,
  repliesMs: 10_000,
  alarmUs: 30_000_000n,
  alarmMs: 5_000,
};
