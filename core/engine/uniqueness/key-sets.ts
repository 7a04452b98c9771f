/** Which keys the records so far have: the one place where it is decided that a record repeats one. */
import { DIGEST_WORDS } from './key-hasher.ts';
import type { UniqueKey } from './key-digests.ts';
import { SpillingKeySet } from './spilling-key-set.ts';

/** The record with this place among those that were shown repeats these keys (places in the list of keys). */
export interface RepeatedKeys {
  readonly candidate: number;
  /** Of severity error: the record is refused. Then no other is told. */
  readonly errors: readonly number[];
  readonly warnings: readonly number[];
}

export class KeySets {
  private readonly keys: readonly UniqueKey[];
  private readonly sets: readonly SpillingKeySet[];

  constructor(keys: readonly UniqueKey[], folder: string, maxKeysInMemory: number) {
    this.keys = keys;
    this.sets = keys.map((_, index) => new SpillingKeySet(folder, `unique-${index}`, maxKeysInMemory));
  }

  /**
   * Looks at records without errors in file order, their digests one behind another; each that is not refused is remembered. Gives
   * those that repeat a key.
   */
  decide(digests: Int32Array): readonly RepeatedKeys[] {
    const step = this.keys.length * DIGEST_WORDS;
    const repeated: RepeatedKeys[] = [];
    for (let at = 0, candidate = 0; at < digests.length; at += step, candidate += 1) {
      if (!this.isPlain(digests, at)) {
        const decision = this.look(digests, at, candidate);
        if (decision !== null) repeated.push(decision);
      }
    }
    return repeated;
  }

  close(): void {
    for (const set of this.sets) set.close();
  }

  /** One key, which is new: the usual case, in one look. */
  private isPlain(digests: Int32Array, at: number): boolean {
    const [only] = this.sets;
    return this.sets.length === 1 && only !== undefined && digests[at + DIGEST_WORDS - 1] !== 0 && only.add(digests, at);
  }

  private look(digests: Int32Array, at: number, candidate: number): RepeatedKeys | null {
    const found = this.keys.flatMap((_, index) => {
      const from = at + index * DIGEST_WORDS;
      return digests[from + DIGEST_WORDS - 1] !== 0 && this.sets[index]?.has(digests, from) === true ? [index] : [];
    });
    const errors = found.filter((index) => this.keys[index]?.severity === 'error');
    if (errors.length > 0) return { candidate, errors, warnings: [] };
    for (let index = 0; index < this.sets.length; index += 1) {
      const from = at + index * DIGEST_WORDS;
      if (digests[from + DIGEST_WORDS - 1] !== 0) this.sets[index]?.add(digests, from);
    }
    return found.length > 0 ? { candidate, errors, warnings: found } : null;
  }
}
