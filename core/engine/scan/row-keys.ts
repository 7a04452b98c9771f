/** The keys of the row at hand of a scanner: hashed from the column buffers, where its values stand behind what counts. */
import type { ColumnBuffer } from '../columns/column-buffer.ts';
import { BooleanBuffer } from '../columns/boolean-buffer.ts';
import { FixedBuffer } from '../columns/fixed-buffer.ts';
import { TextBuffer } from '../columns/text-buffer.ts';
import type { UniqueKey } from '../uniqueness/key-digests.ts';
import { DIGEST_WORDS } from '../uniqueness/key-hasher.ts';
import type { RangeKeys } from '../uniqueness/range-keys.ts';

/** By place in the schema, where the row's values stand; see ScanRuntime. */
export interface RowPlaces {
  readonly places: Int32Array;
  readonly nulls: Int32Array;
  readonly entries: Int32Array;
  readonly plains: Int32Array;
}

export class RowKeys {
  private readonly keys: RangeKeys;
  private readonly row: RowPlaces;
  private readonly buffers: readonly ColumnBuffer[];

  constructor(keys: RangeKeys, buffers: readonly ColumnBuffer[], row: RowPlaces) {
    this.keys = keys;
    this.row = row;
    this.buffers = buffers;
  }

  /** False where the row is known to repeat a key: it is for the general reader then. */
  take(): boolean {
    const { keys } = this;
    if (keys.isRepeated) return false;
    if (!keys.collects) {
      keys.skip();
      return true;
    }
    const at = keys.claim();
    for (let index = 0; index < keys.keys.length; index += 1) {
      this.digest(keys.keys[index] as UniqueKey, keys.target, at + index * DIGEST_WORDS);
    }
    return true;
  }

  private digest({ places, types }: UniqueKey, target: Int32Array, at: number): void {
    const { hasher } = this.keys;
    target[at + DIGEST_WORDS - 1] = 0;
    for (let part = 0; part < places.length; part += 1) if (this.row.nulls[places[part] as number] !== 0) return;
    hasher.start();
    for (let part = 0; part < places.length; part += 1) {
      const place = places[part] as number;
      const buffer = this.buffers[place];
      if (buffer instanceof TextBuffer) buffer.hashText(hasher.hasher, this.row.entries[place] as number, this.row.plains[place] as number);
      else if (buffer instanceof FixedBuffer || buffer instanceof BooleanBuffer) {
        const type = types[part];
        if (type !== undefined) hasher.add(type, buffer.valueAt(this.row.places[place] as number));
      }
    }
    hasher.finish(target, at);
  }
}
