/**
 * The service's clock, without ever asking the machine's: each answer says when it was given, to the second (Date), each written object to the
 * millisecond (timeCreated). A sample bounds how far the service's clock is ahead of this process's monotonic one; samples together
 * bound it to the network's delay. The lower bound is used, so that what the store wrote never lies in the future.
 */
export interface StoreClock {
  /** `dateMs` as the service said it, cut to `resolutionMs`; sent and received by performance.now(). */
  sample(dateMs: number, resolutionMs: number, sentMs: number, receivedMs: number): void;
  /** Milliseconds since the epoch at this moment; undefined before the first sample. */
  now(): number | undefined;
}

export function createStoreClock(monotonicMs: () => number = () => performance.now()): StoreClock {
  let ahead: { readonly least: number; readonly most: number } | undefined;
  return {
    sample(dateMs, resolutionMs, sentMs, receivedMs) {
      const fresh = { least: dateMs - receivedMs, most: dateMs + resolutionMs - sentMs };
      const both = ahead === undefined ? fresh : { least: Math.max(ahead.least, fresh.least), most: Math.min(ahead.most, fresh.most) };
      // A machine that slept, or another clock at the service: only what it says now counts.
      ahead = both.least <= both.most ? both : fresh;
    },
    now: () => (ahead === undefined ? undefined : Math.floor(monotonicMs() + ahead.least + ROUNDING_MS)),
  };
}

/** Sums of numbers with a fraction may lie a hair below the whole millisecond that they stand for. */
const ROUNDING_MS = 0.001;
