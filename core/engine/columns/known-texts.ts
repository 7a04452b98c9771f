/**
 * Texts of one column that were found good, by their UTF-8 bytes: a hash table with open addressing. It outlives the row
 * groups, so that a text that comes again is neither decoded nor checked again. Which row group's dictionary has an entry
 * is told by `rowGroup`. A generated scanner looks texts up in the public arrays.
 */
import { ByteBuffer } from '../bytes/byte-buffer.ts';

const FIRST_SLOTS = 1024;
/** What is kept from one row group to the next, at most. */
const MAX_KEPT_ENTRIES = 131_072;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

export class KnownTexts {
  /** Entry number + 1 by slot, 0 is free. */
  slots = new Int32Array(FIRST_SLOTS);
  /** By entry: hash, place of its bytes and their number, and its place in the dictionary of the row group with the number `rowGroup`. */
  hashes = new Int32Array(FIRST_SLOTS / 2);
  starts = new Int32Array(FIRST_SLOTS / 2);
  lengths = new Int32Array(FIRST_SLOTS / 2);
  rowGroup = new Int32Array(FIRST_SLOTS / 2);
  index = new Int32Array(FIRST_SLOTS / 2);
  readonly text = new ByteBuffer(16 * 1024);
  count = 0;
  /** Number of the row group that is filled, from 1. */
  current = 1;

  /** The entry, -1 where there is none. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const { slots, hashes, starts, lengths } = this;
    const text = this.text.bytes;
    const mask = slots.length - 1;
    const length = to - from;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (hashes[entry] !== hash || lengths[entry] !== length) continue;
      const start = starts[entry] as number;
      let at = 0;
      while (at < length && text[start + at] === bytes[from + at]) at += 1;
      if (at === length) return entry;
    }
  }

  /** A text that find() does not know. */
  add(bytes: Uint8Array, from: number, to: number, hash: number): number {
    if (this.count * 2 >= this.slots.length) this.grow();
    const entry = this.count;
    const at = this.text.claim(to - from);
    this.text.bytes.set(bytes.subarray(from, to), at);
    this.hashes[entry] = hash;
    this.starts[entry] = at;
    this.lengths[entry] = to - from;
    this.rowGroup[entry] = 0;
    this.count += 1;
    this.enter(entry, hash);
    return entry;
  }

  /** No entry is in the dictionary of the row group that begins. */
  nextRowGroup(): void {
    this.current += 1;
    if (this.count > MAX_KEPT_ENTRIES || this.text.length > MAX_KEPT_BYTES) {
      this.slots.fill(0);
      this.text.clear();
      this.count = 0;
    }
  }

  private enter(entry: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    this.hashes = doubled(this.hashes);
    this.starts = doubled(this.starts);
    this.lengths = doubled(this.lengths);
    this.rowGroup = doubled(this.rowGroup);
    this.index = doubled(this.index);
    for (let entry = 0; entry < this.count; entry += 1) this.enter(entry, this.hashes[entry] as number);
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** FNV-1a of 32 bits, mixed so that its low bits can number slots. The generated scanners compute the same. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  return hash ^ (hash >>> 15);
}

export const FNV_START = 0x811c9dc5 | 0;
export const FNV_PRIME = 16_777_619;
