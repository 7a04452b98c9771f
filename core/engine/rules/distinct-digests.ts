/**
 * The digests of the different values of one range, each once, in the order in which they came. All of them are in memory: a
 * range has no more values than records.
 */
import { DIGEST_WORDS } from '../uniqueness/key-hasher.ts';
import { SpillingKeySet } from '../uniqueness/spilling-key-set.ts';

export class DistinctDigests {
  private known = inMemory();
  private digests = new Int32Array(0);
  private length = 0;

  add(digest: Int32Array, at: number): void {
    if (!this.known.add(digest, at)) return;
    if (this.length === this.digests.length) {
      const larger = new Int32Array(Math.max(1024, this.length * 2));
      larger.set(this.digests);
      this.digests = larger;
    }
    this.digests.set(digest.subarray(at, at + DIGEST_WORDS), this.length);
    this.length += DIGEST_WORDS;
  }

  /** Those that came since the last call. */
  take(): Int32Array<ArrayBuffer> {
    const taken = this.digests.slice(0, this.length);
    if (this.length > 0) this.known = inMemory();
    this.length = 0;
    return taken;
  }
}

/** Without a limit it never looks for a folder. */
function inMemory(): SpillingKeySet {
  return new SpillingKeySet('', '', Number.POSITIVE_INFINITY);
}
