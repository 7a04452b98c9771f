/**
 * A hash table of 16-byte digests, open addressing by the digest's first bits, in memory or in a file: the same layout,
 * so that a table that has outgrown memory goes on in a file. A slot whose last byte is
 * zero is free.
 */
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

export const SLOT_BYTES = 16;

/** Slots as blocks of bytes; `block` may be changed in place and is written back by `touch`. */
interface Slots {
  /** The block that holds the slot; valid until the next call. */
  block(slot: number): { readonly bytes: Buffer; readonly first: number };
  touch(): void;
  /** Blocks of so many slots from here on. */
  resizeBlocks(slots: number): void;
  close(): void;
}

class MemorySlots implements Slots {
  private readonly bytes: Buffer;

  constructor(count: number) {
    this.bytes = Buffer.alloc(count * SLOT_BYTES);
  }

  block(): { readonly bytes: Buffer; readonly first: number } {
    return { bytes: this.bytes, first: 0 };
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
  private readonly descriptor: number;
  private bytes: Buffer;
  private readonly path: string;
  private readonly count: number;
  private first = -1;
  private isChanged = false;

  constructor(path: string, count: number, blockSlots: number) {
    this.path = path;
    this.count = count;
    this.descriptor = openSync(path, 'w+');
    ftruncateSync(this.descriptor, count * SLOT_BYTES);
    this.bytes = Buffer.alloc(Math.min(count, blockSlots) * SLOT_BYTES);
  }

  block(slot: number): { readonly bytes: Buffer; readonly first: number } {
    const perBlock = this.bytes.length / SLOT_BYTES;
    const first = slot - (slot % perBlock);
    if (first !== this.first) {
      this.flush();
      readSync(this.descriptor, this.bytes, 0, this.bytes.length, first * SLOT_BYTES);
      this.first = first;
    }
    return { bytes: this.bytes, first };
  }

  touch(): void {
    this.isChanged = true;
  }

  resizeBlocks(slots: number): void {
    this.flush();
    this.bytes = Buffer.alloc(Math.min(this.count, slots) * SLOT_BYTES);
    this.first = -1;
  }

  close(): void {
    closeSync(this.descriptor);
    rmSync(this.path);
  }

  private flush(): void {
    if (this.isChanged) {
      writeSync(this.descriptor, this.bytes, 0, this.bytes.length, this.first * SLOT_BYTES);
      this.isChanged = false;
    }
  }
}

/** Slots that one look-up reads from a file: 512 bytes. */
const BLOCK_SLOTS = 32;
/** While many keys come or go in the order of their digests: 4 KiB. */
const BULK_BLOCK_SLOTS = 256;

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

  /** True when the digest was not there; it is then added if `adds`. */
  isNew(digest: Buffer, adds: boolean): boolean {
    let slot = digest.readUInt32BE(0) >>> this.shift;
    for (let tries = 0; tries < this.slotCount; tries += 1) {
      const { bytes, first } = this.slots.block(slot);
      const at = (slot - first) * SLOT_BYTES;
      if (isFree(bytes, at)) {
        if (adds) {
          bytes.set(digest.subarray(0, SLOT_BYTES), at);
          this.slots.touch();
          this.keys += 1;
        }
        return true;
      }
      if (isEqual(digest, bytes, at)) {
        return false;
      }
      slot = slot + 1 === this.slotCount ? 0 : slot + 1;
    }
    return true;
  }

  forEach(visit: (key: Buffer) => void): void {
    for (let slot = 0; slot < this.slotCount; slot += 1) {
      const { bytes, first } = this.slots.block(slot);
      const at = (slot - first) * SLOT_BYTES;
      if (!isFree(bytes, at)) {
        visit(bytes.subarray(at, at + SLOT_BYTES));
      }
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
    this.forEach((key) => {
      target.isNew(key, true);
    });
  }

  /** Forgets all keys of a table in memory. */
  clear(): void {
    this.slots.block(0).bytes.fill(0);
    this.keys = 0;
  }

  close(): void {
    this.slots.close();
  }
}

/** Every key has a set bit in its last byte. */
function isFree(bytes: Buffer, at: number): boolean {
  return bytes[at + SLOT_BYTES - 1] === 0;
}

function isEqual(digest: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < SLOT_BYTES; index += 1) {
    if (digest[index] !== bytes[at + index]) {
      return false;
    }
  }
  return true;
}
