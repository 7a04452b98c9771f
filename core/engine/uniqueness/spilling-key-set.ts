/**
 * A set of keys in bounded memory: digests of 128 bits (of SHA-256, so that nobody can make two keys collide), in a table
 * in memory up to a number of keys, beyond that in a file of the output folder, which grows by doubling.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { SlotTable } from './slot-table.ts';

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

  has(key: string): boolean {
    return !this.table.isNew(digestOf(key), false);
  }

  /** True when the key was not there. */
  add(key: string): boolean {
    if (this.table.keys >= this.table.slotCount * MAX_LOAD) {
      this.grow();
    }
    return this.table.isNew(digestOf(key), true);
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

function digestOf(key: string): Buffer {
  const digest = hash('sha256', key, 'buffer');
  // The free slot is all zeros; no key is expected to have that digest, but none may be lost by it.
  digest.writeUInt8(digest.readUInt8(15) | 1, 15);
  return digest;
}
