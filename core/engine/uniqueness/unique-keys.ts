/** The keys of a file that is judged record by record. */
import { randomFillSync } from 'node:crypto';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import type { Cell } from '../output/file-output.ts';
import type { Finding } from '../report.ts';
import { digestRecord, duplicateFinding, uniqueKeys, ValueHasher, type UniqueKey } from './key-digests.ts';
import { DIGEST_WORDS, SEED_WORDS } from './key-hasher.ts';
import { KeySets, type RepeatedKeys } from './key-sets.ts';
import type { RecordKeys } from './record-keys.ts';

/** NULL in any column of a key: the record is not compared by it. */
export class UniqueKeys implements RecordKeys {
  private readonly keys: readonly UniqueKey[];
  private readonly sets: KeySets;
  /** Drawn anew for every file. */
  readonly seed = randomFillSync(new Int32Array(SEED_WORDS));
  private readonly hasher = new ValueHasher(this.seed);
  private readonly digests: Int32Array;
  private repeated: RepeatedKeys | undefined;

  constructor(spec: SourceSpec, folder: string, limits: EngineLimits) {
    this.keys = uniqueKeys(spec);
    this.sets = new KeySets(this.keys, folder, limits.maxKeysInMemory);
    this.digests = new Int32Array(this.keys.length * DIGEST_WORDS);
  }

  duplicates(values: readonly Cell[]): readonly Finding[] {
    if (this.keys.length === 0) return [];
    digestRecord(this.keys, values, this.hasher, this.digests, 0);
    [this.repeated] = this.sets.decide(this.digests);
    return findingsOf(this.keys, this.repeated?.errors ?? [], values);
  }

  remember(values: readonly Cell[]): readonly Finding[] {
    return findingsOf(this.keys, this.repeated?.warnings ?? [], values);
  }

  /** What KeySets.decide() says of the digests of records that were judged apart. */
  decide(digests: Int32Array): readonly RepeatedKeys[] {
    return this.keys.length === 0 ? [] : this.sets.decide(digests);
  }

  close(): void {
    this.sets.close();
  }
}

export function findingsOf(keys: readonly UniqueKey[], places: readonly number[], values: readonly Cell[]): readonly Finding[] {
  return places.flatMap((place) => {
    const key = keys[place];
    return key === undefined ? [] : [duplicateFinding(key, values)];
  });
}
