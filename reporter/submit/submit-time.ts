/** Clock and chance of submissions, injected: tests do not wait. Time limits of a call are the machine's own. */
export interface SubmitTime {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Milliseconds that never go back. */
  monotonicMs(): number;
  /** Resolves after so long, or at once when the signal is aborted; never throws. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}
