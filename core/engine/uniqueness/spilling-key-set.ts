/**
 * A set of keys in bounded memory, by their digests (key-hasher.ts). The latest keys are in a table in memory; when it is full
 * they move to a table in a file of the output folder. A filter in memory tells most new keys without a look into the file; where
 * it cannot tell, the file decides, so the set is exact.
 */
import { join } from 'node:path';
import { DIGEST_WORDS } from './key-hasher.ts';
import { SlotTable } from './slot-table.ts';

const FIRST_BITS = 12;
/** Share of slots in use at which a table doubles. */
const MAX_LOAD = 0.6;
/** 2^26 bits, once a set has spilled: with ten million keys one in twenty new ones needs a look into the file. */
const FILTER_BYTES = 2 ** 23;
/** Bits of a digest's word that do not number a bit of the filter. */
const FILTER_SHIFT = 32 - Math.log2(FILTER_BYTES * 8);

export class SpillingKeySet {
  private readonly folder: string;
  private readonly name: string;
  private readonly maxKeysInMemory: number;
  private recent = new SlotTable(FIRST_BITS, null);
  private recentBits = FIRST_BITS;
  private spilled: SlotTable | null = null;
  private spilledBits = 0;
  private filter = Buffer.alloc(0);

  /** `name` tells the set's files from those of other sets in the folder. */
  constructor(folder: string, name: string, maxKeysInMemory: number) {
    this.folder = folder;
    this.name = name;
    this.maxKeysInMemory = maxKeysInMemory;
  }

  /** Whether it has the digest whose words begin at `at`. */
  has(digests: Int32Array, at: number): boolean {
    if (!this.recent.isNew(digests, at, false)) return true;
    return this.spilled !== null && this.mayBeSpilled(digests, at) && !this.spilled.isNew(digests, at, false);
  }

  /** True when the key was not there. */
  add(digests: Int32Array, at: number): boolean {
    if (this.spilled !== null && this.mayBeSpilled(digests, at) && !this.spilled.isNew(digests, at, false)) return false;
    if (this.recent.keys >= this.maxKeysInMemory) {
      if (!this.recent.isNew(digests, at, false)) return false;
      this.spill();
    } else if (this.recent.keys >= this.recent.slotCount * MAX_LOAD) {
      this.recentBits += 1;
      this.recent = moved(this.recent, new SlotTable(this.recentBits, null));
    }
    return this.recent.isNew(digests, at, true);
  }

  get size(): number {
    return this.recent.keys + (this.spilled?.keys ?? 0);
  }

  /** Removes what it left in the folder. */
  close(): void {
    this.spilled?.close();
    this.spilled = null;
  }

  private spill(): void {
    if (this.spilled === null) {
      this.filter = Buffer.alloc(FILTER_BYTES);
      this.spilledBits = this.recentBits + 2;
      this.spilled = this.openFile();
    }
    if (this.spilled.keys + this.recent.keys > this.spilled.slotCount * MAX_LOAD) {
      this.spilledBits += 1;
      this.spilled = moved(this.spilled, this.openFile());
    }
    this.recent.forEach((words, at) => {
      this.remember(words, at);
    });
    this.spilled.inBulk((table) => {
      this.recent.copyTo(table);
    });
    this.recent.clear();
  }

  private openFile(): SlotTable {
    return new SlotTable(this.spilledBits, join(this.folder, `${this.name}-${this.spilledBits}.keys.tmp`));
  }

  private remember(words: Int32Array, from: number): void {
    for (let at = from + 1; at < from + DIGEST_WORDS; at += 1) {
      const bit = (words[at] as number) >>> FILTER_SHIFT;
      this.filter[bit >>> 3] = (this.filter[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }

  private mayBeSpilled(words: Int32Array, from: number): boolean {
    for (let at = from + 1; at < from + DIGEST_WORDS; at += 1) {
      const bit = (words[at] as number) >>> FILTER_SHIFT;
      if (((this.filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}

/** The keys of one table in another; the first is closed. */
function moved(from: SlotTable, to: SlotTable): SlotTable {
  from.inBulk(() => {
    to.inBulk((table) => {
      from.copyTo(table);
    });
  });
  from.close();
  return to;
}
