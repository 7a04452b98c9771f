/**
 * A set of keys in bounded memory: digests of 128 bits (of SHA-256, so that nobody can make two keys collide), in a table
 * in memory up to a number of keys, beyond that in a file of the output folder, which grows by doubling.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { SLOT_BYTES, SlotTable } from './slot-table.ts';

/** The first 16 bytes count. */
export type KeyDigest = Buffer;

const FIRST_BITS = 12;
/** Share of slots in use at which a table doubles. */
const MAX_LOAD = 0.6;

export class SpillingKeySet {
  private readonly folder: string;
  private readonly name: string;
  private readonly maxKeysInMemory: number;
  private bits = FIRST_BITS;
  private table = new SlotTable(FIRST_BITS, null);
  private files = 0;

  /** `name` tells the set's files from those of other sets in the folder. */
  constructor(folder: string, name: string, maxKeysInMemory: number) {
    this.folder = folder;
    this.name = name;
    this.maxKeysInMemory = maxKeysInMemory;
  }

  has(key: KeyDigest): boolean {
    return !this.table.isNew(key, false);
  }

  /** True when the key was not there. */
  add(key: KeyDigest): boolean {
    if (this.table.keys >= this.table.slotCount * MAX_LOAD) {
      this.grow();
    }
    return this.table.isNew(key, true);
  }

  get size(): number {
    return this.table.keys;
  }

  /** Removes what it left in the folder. */
  close(): void {
    this.table.close();
  }

  private grow(): void {
    this.bits += 1;
    const goesToFile = this.files > 0 || this.table.keys >= this.maxKeysInMemory;
    const old = this.table;
    if (goesToFile) {
      this.files += 1;
      this.table = new SlotTable(this.bits, join(this.folder, `${this.name}-${this.files}.keys.tmp`));
    } else {
      this.table = new SlotTable(this.bits, null);
    }
    old.copyTo(this.table);
    old.close();
  }
}

/** What the set keeps of a key. */
export function keyDigest(key: string): KeyDigest {
  const digest = hash('sha256', key, 'buffer');
  // The free slot is all zeros; a set bit in the last byte keeps every key apart from it.
  digest[SLOT_BYTES - 1] = (digest[SLOT_BYTES - 1] as number) | 1;
  return digest;
}
