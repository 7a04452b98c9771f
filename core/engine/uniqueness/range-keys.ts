/**
 * The keys of a range that is judged on its own: which of its records repeat a key is not known until all before it are judged. So
 * their digests are collected first; where one repeats a key the range is judged once more, knowing which.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { digestRecord, uniqueKeys, ValueHasher, type UniqueKey } from './key-digests.ts';
import { DIGEST_WORDS } from './key-hasher.ts';
import type { RepeatedKeys } from './key-sets.ts';
import type { RecordKeys } from './record-keys.ts';
import { findingsOf } from './unique-keys.ts';

export class RangeKeys implements RecordKeys {
  readonly keys: readonly UniqueKey[];
  /** Shared with the scanner, which hashes the values of its rows itself. */
  readonly hasher: ValueHasher;
  private digests = new Int32Array(4096);
  private length = 0;
  private candidate = 0;
  private repeated: readonly RepeatedKeys[] | null = null;
  private next = 0;

  constructor(spec: SourceSpec, seed: Int32Array) {
    this.keys = uniqueKeys(spec);
    this.hasher = new ValueHasher(seed);
  }

  /** A range begins; `repeated` where it is judged once more. */
  begin(repeated: readonly RepeatedKeys[] | null): void {
    this.length = 0;
    this.candidate = 0;
    this.repeated = repeated;
    this.next = 0;
  }

  /** Of the next record it is known that it repeats a key. */
  get isRepeated(): boolean {
    return this.repeated !== null && this.repeated[this.next]?.candidate === this.candidate;
  }

  /** Digests are wanted, else it is known what repeats. */
  get collects(): boolean {
    return this.repeated === null;
  }

  duplicates(values: readonly Cell[]): readonly Finding[] {
    if (this.keys.length === 0) return [];
    if (this.collects) {
      // Room first: it may be made elsewhere.
      const at = this.claim();
      digestRecord(this.keys, values, this.hasher, this.digests, at);
      return [];
    }
    const found = this.isRepeated ? findingsOf(this.keys, this.repeated?.[this.next]?.errors ?? [], values) : [];
    if (found.length > 0) this.skip();
    return found;
  }

  remember(values: readonly Cell[]): readonly Finding[] {
    if (this.keys.length === 0 || this.collects) return [];
    const found = this.isRepeated ? findingsOf(this.keys, this.repeated?.[this.next]?.warnings ?? [], values) : [];
    this.skip();
    return found;
  }

  /** Room for the digests of one more record; gives their place in target(). */
  claim(): number {
    const at = this.length;
    this.length += this.keys.length * DIGEST_WORDS;
    if (this.length > this.digests.length) {
      const larger = new Int32Array(this.digests.length * 2 + this.length);
      larger.set(this.digests);
      this.digests = larger;
    }
    return at;
  }

  get target(): Int32Array {
    return this.digests;
  }

  /** One more record was looked at whose keys are known. */
  skip(): void {
    if (this.isRepeated) this.next += 1;
    this.candidate += 1;
  }

  /** The last `records` records that a scanner took are none of the range's yet. */
  giveBack(records: number): void {
    if (this.collects) this.length -= records * this.keys.length * DIGEST_WORDS;
    else this.candidate -= records;
  }

  /** The digests that were collected. */
  take(): Int32Array<ArrayBuffer> {
    return this.digests.slice(0, this.length);
  }
}
