/** Token bucket: so many calls a second, and a burst after a silence. */
export interface CallRate {
  /** Takes the next place; the milliseconds to wait until it has come. */
  take(): number;
}

export function createCallRate(perSecond: number, burst: number, monotonicMs: () => number): CallRate {
  const stepMs = 1000 / perSecond;
  // When the bucket is (or was) full again, were nothing taken from now on.
  let fullMs = monotonicMs();
  return {
    take() {
      const nowMs = monotonicMs();
      fullMs = Math.max(fullMs, nowMs) + stepMs;
      return Math.max(0, fullMs - nowMs - burst * stepMs);
    },
  };
}
