/** The clocks of programs that run for days, injected. Deadlines and entries are told by nowMs, waiting by monotonicMs. */
export interface Time {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** Resolves after so long, or at once when the signal is aborted; never throws. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** ISO 8601 UTC with 6 digits. */
export function momentOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`;
}
