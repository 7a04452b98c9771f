/** What was told of the windows of one instrument and size: the revision, and of a gap its close. Forgotten below the floor. */
export interface ToldWindow {
  readonly revision: number;
  readonly isFinal: boolean;
  readonly trades: number;
  /** The close of a gap bar; null for a candle of trades. */
  readonly gapClose: bigint | null;
}

export class ToldWindows {
  /** By the second in which the window starts. */
  private readonly windows = new Map<number, ToldWindow>();

  get(start: number): ToldWindow | undefined {
    return this.windows.get(start);
  }

  set(start: number, told: ToldWindow): void {
    this.windows.set(start, told);
  }

  forget(floorSecond: number): void {
    for (const start of this.windows.keys()) if (start < floorSecond) this.windows.delete(start);
  }

  entries(): readonly (readonly [number, ToldWindow])[] {
    return [...this.windows];
  }
}
