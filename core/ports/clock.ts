/** Business time of a run: injected, so that a replay judges alike. Leases never use it. */
export interface Clock {
  /** The moment as an ISO 8601 UTC text with 6 fractional digits, e.g. 2023-01-30T06:00:00.000000Z. */
  now(): string;
}
