/**
 * A hash table of digests of four words, open addressing by the first one, in memory or in a file: the same layout, so that a
 * table that has outgrown memory goes on in a file. A slot whose last word is zero is free.
 */
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { DIGEST_WORDS } from './key-hasher.ts';

const SLOT_BYTES = DIGEST_WORDS * 4;

/** Slots as blocks of words; `words` may be changed in place and is written back by `touch`. */
interface Slots {
  /** Words of the block at hand, and the slot that it begins with. */
  words: Int32Array<ArrayBuffer>;
  first: number;
  /** Makes the block with this slot the one at hand. */
  load(slot: number): void;
  touch(): void;
  /** Blocks of so many slots from here on. */
  resizeBlocks(slots: number): void;
  close(): void;
}

class MemorySlots implements Slots {
  readonly words: Int32Array<ArrayBuffer>;
  readonly first = 0;

  constructor(count: number) {
    this.words = new Int32Array(count * DIGEST_WORDS);
  }

  load(): void {
    // The whole table is one block.
  }

  touch(): void {
    // The block is the table itself.
  }

  resizeBlocks(): void {
    // The whole table is one block.
  }

  close(): void {
    // Nothing is held.
  }
}

/** One block of the file in memory; a changed one is written before the next is read. */
class FileSlots implements Slots {
  words: Int32Array<ArrayBuffer>;
  first = -1;
  private readonly descriptor: number;
  private readonly path: string;
  private readonly count: number;
  private isChanged = false;

  constructor(path: string, count: number, blockSlots: number) {
    this.path = path;
    this.count = count;
    this.descriptor = openSync(path, 'w+');
    ftruncateSync(this.descriptor, count * SLOT_BYTES);
    this.words = new Int32Array(Math.min(count, blockSlots) * DIGEST_WORDS);
  }

  load(slot: number): void {
    const perBlock = this.words.length / DIGEST_WORDS;
    const first = slot - (slot % perBlock);
    if (first === this.first) return;
    this.flush();
    readSync(this.descriptor, this.words, 0, this.words.byteLength, first * SLOT_BYTES);
    this.first = first;
  }

  touch(): void {
    this.isChanged = true;
  }

  resizeBlocks(slots: number): void {
    this.flush();
    this.words = new Int32Array(Math.min(this.count, slots) * DIGEST_WORDS);
    this.first = -1;
  }

  close(): void {
    closeSync(this.descriptor);
    rmSync(this.path);
  }

  private flush(): void {
    if (!this.isChanged) return;
    writeSync(this.descriptor, this.words, 0, this.words.byteLength, this.first * SLOT_BYTES);
    this.isChanged = false;
  }
}

/** Slots that one look-up reads from a file: 512 bytes. */
const BLOCK_SLOTS = 32;
/** While many keys come or go in the order of their digests: 64 KiB. */
const BULK_BLOCK_SLOTS = 4096;

export class SlotTable {
  readonly slotCount: number;
  keys = 0;
  private readonly shift: number;
  private readonly slots: Slots;

  /** `bits`: the table has 2^bits slots. In a file where `path` is given. */
  constructor(bits: number, path: string | null) {
    this.slotCount = 2 ** bits;
    this.shift = 32 - bits;
    this.slots = path === null ? new MemorySlots(this.slotCount) : new FileSlots(path, this.slotCount, BLOCK_SLOTS);
  }

  /** True when the digest at `from` was not there; it is then added if `adds`. */
  isNew(digests: Int32Array, from: number, adds: boolean): boolean {
    const { slots } = this;
    const d0 = digests[from] as number;
    const d1 = digests[from + 1] as number;
    const d2 = digests[from + 2] as number;
    const d3 = digests[from + 3] as number;
    let slot = d0 >>> this.shift;
    for (let tries = 0; tries < this.slotCount; tries += 1) {
      slots.load(slot);
      const { words } = slots;
      const at = (slot - slots.first) * DIGEST_WORDS;
      if (words[at + 3] === 0) {
        if (adds) {
          words[at] = d0;
          words[at + 1] = d1;
          words[at + 2] = d2;
          words[at + 3] = d3;
          slots.touch();
          this.keys += 1;
        }
        return true;
      }
      if (words[at] === d0 && words[at + 1] === d1 && words[at + 2] === d2 && words[at + 3] === d3) return false;
      slot = slot + 1 === this.slotCount ? 0 : slot + 1;
    }
    return true;
  }

  /** Gives the words of every key and where they stand in them, in the order of the slots. */
  forEach(visit: (words: Int32Array, at: number) => void): void {
    const { slots } = this;
    for (let slot = 0; slot < this.slotCount; slot += 1) {
      slots.load(slot);
      const at = (slot - slots.first) * DIGEST_WORDS;
      if (slots.words[at + 3] !== 0) visit(slots.words, at);
    }
  }

  /** Runs work that goes through the table in order. */
  inBulk(work: (table: SlotTable) => void): void {
    this.slots.resizeBlocks(BULK_BLOCK_SLOTS);
    work(this);
    this.slots.resizeBlocks(BLOCK_SLOTS);
  }

  /** Adds every key of this table to another one, in the order of their digests. */
  copyTo(target: SlotTable): void {
    this.forEach((words, at) => {
      target.isNew(words, at, true);
    });
  }

  /** Forgets all keys of a table in memory. */
  clear(): void {
    this.slots.words.fill(0);
    this.keys = 0;
  }

  close(): void {
    this.slots.close();
  }
}
