/**
 * When a fingerprint was last seen, in event time. Bounded: what is older than twice the time within which duplicates count can meet no message that is
 * still compared, and above FINGERPRINTS_MAX the oldest go.
 */
export const FINGERPRINTS_MAX = 500_000;

export class FingerprintMemory {
  private readonly seen = new Map<string, bigint>();
  private readonly keptMicros: bigint;
  private readonly most: number;
  /** Fingerprints that had to go before their time. */
  forgotten = 0;

  constructor(withinMicros: bigint, most = FINGERPRINTS_MAX) {
    this.keptMicros = 2n * withinMicros;
    this.most = most;
  }

  get size(): number {
    return this.seen.size;
  }

  /** The time at which it was seen before; remembers this one. `newest` is the newest event time of the unit. */
  exchange(fingerprint: string, micros: bigint, newest: bigint): bigint | undefined {
    const before = this.seen.get(fingerprint);
    // Behind all others: the map is in order of the last sight.
    if (before !== undefined) this.seen.delete(fingerprint);
    this.seen.set(fingerprint, micros);
    this.forget(newest);
    return before;
  }

  entries(): readonly (readonly [fingerprint: string, micros: bigint])[] {
    return [...this.seen];
  }

  restore(entries: readonly (readonly [string, bigint])[]): void {
    for (const [fingerprint, micros] of entries) this.seen.set(fingerprint, micros);
  }

  private forget(newest: bigint): void {
    for (const [fingerprint, micros] of this.seen) {
      const isOver = micros < newest - this.keptMicros;
      if (!isOver && this.seen.size <= this.most) break;
      if (!isOver) this.forgotten += 1;
      this.seen.delete(fingerprint);
    }
  }
}
