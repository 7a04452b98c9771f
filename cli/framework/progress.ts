/** Progress of long work; shown on stderr where that is a terminal (progress-bar.ts). */
export interface Progress {
  /** `total` 0 means not known. `note` stands behind the bar, e.g. the file at hand. */
  update(done: number, total: number, note?: string): void;
  stop(): void;
}

export const NO_PROGRESS: Progress = { update: () => undefined, stop: () => undefined };
