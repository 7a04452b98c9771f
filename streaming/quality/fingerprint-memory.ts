/**
 * When a fingerprint was last seen, in event time. Kept in two generations: what is older than twice the time within which duplicates count can meet no
 * message that is still compared, so a generation goes when the next one has grown that old. Bounded: above FINGERPRINTS_MAX the older generation goes at once.
 */
export const FINGERPRINTS_MAX = 1_000_000;

export type SeenFingerprint = readonly [fingerprint: string, micros: bigint];

export class FingerprintMemory {
  private young = new Map<string, bigint>();
  private old = new Map<string, bigint>();
  /** Newest event time when the young generation began. */
  private since: bigint | null = null;
  private readonly keptMicros: bigint;
  private readonly most: number;
  /** Fingerprints that had to go before their time, perhaps. */
  forgotten = 0;

  constructor(withinMicros: bigint, most = FINGERPRINTS_MAX) {
    // A message at the edge of being compared is `within` behind the newest, and may meet one that is as far behind it.
    this.keptMicros = 2n * withinMicros + 1n;
    this.most = most;
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** The time at which it was seen before; remembers this one. `newest` is the newest event time of the unit. */
  exchange(fingerprint: string, micros: bigint, newest: bigint): bigint | undefined {
    this.since ??= newest;
    if (newest - this.since >= this.keptMicros) this.begin(newest);
    const before = this.young.get(fingerprint) ?? this.old.get(fingerprint);
    this.young.set(fingerprint, micros);
    if (this.young.size * 2 >= this.most) {
      this.forgotten += this.old.size;
      this.begin(newest);
    }
    return before;
  }

  state(): { readonly since: string | null; readonly young: readonly SeenFingerprint[]; readonly old: readonly SeenFingerprint[] } {
    return { since: this.since === null ? null : this.since.toString(), young: [...this.young], old: [...this.old] };
  }

  restore(since: bigint | null, young: readonly SeenFingerprint[], old: readonly SeenFingerprint[]): void {
    this.since = since;
    this.young = new Map(young);
    this.old = new Map(old);
  }

  private begin(newest: bigint): void {
    this.old = this.young;
    this.young = new Map();
    this.since = newest;
  }
}
