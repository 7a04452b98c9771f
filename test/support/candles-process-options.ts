/** What candles-process.ts is told, and what it says. */
export interface CandlesProcessOptions {
  readonly broker: string;
  /** Folders. */
  readonly bus: string;
  readonly root: string;
  readonly scratch: string;
  readonly writer: string;
  readonly untilIdleMs: number | null;
}

/** Since the process started. */
export interface CandlesProgress {
  readonly messages: number;
  readonly commits: number;
  /** That are this process's now. */
  readonly partitions: readonly number[];
}
