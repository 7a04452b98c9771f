/** How long the adapter waits and how often it tries: nothing of it is left to a library's default. */
export interface GcsLimits {
  readonly connectMs: number;
  /** From sending a request to the end of its answer's headers. */
  readonly headersMs: number;
  /** Without a byte of the answer's body. */
  readonly idleMs: number;
  /** Of a request whose answer is small. */
  readonly attemptMs: number;
  readonly attemptsMax: number;
  readonly firstPauseMs: number;
  readonly pauseMaxMs: number;
  /** No new attempt begins later than this after the first. */
  readonly totalMs: number;
  /** Content above this is sent in chunks of a resumable upload. A multiple of 256 KiB, as the service wants chunks to be; held in memory once an upload. */
  readonly chunkBytes: number;
  readonly pageObjects: number;
  readonly connectionsMax: number;
}

export const GCS_LIMITS: GcsLimits = {
  connectMs: 10_000,
  headersMs: 60_000,
  idleMs: 60_000,
  attemptMs: 120_000,
  attemptsMax: 6,
  firstPauseMs: 200,
  pauseMaxMs: 8_000,
  totalMs: 180_000,
  chunkBytes: 8 * 1024 * 1024,
  pageObjects: 1000,
  connectionsMax: 32,
};

/** Limits from what an operator sets: how long one request may take, and how long a failing one is tried. */
export function limitsWith(requestSeconds: number, retrySeconds: number): GcsLimits {
  const requestMs = requestSeconds * 1000;
  return { ...GCS_LIMITS, headersMs: requestMs, idleMs: requestMs, attemptMs: 2 * requestMs, totalMs: retrySeconds * 1000 };
}
