/**
 * Texts by their bytes: open addressing over hashes, every hit compared byte by byte, so that two texts are never taken for one.
 * The bytes stand one after the other in one array; a text is its number in the order of first sight.
 */
const FIRST_SLOTS = 1024;
const FIRST_BYTES = 16 * 1024;
/** A text is no longer than this. */
export const TEXT_BYTES_MAX = 65_535;

export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word =
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

export class ByteTable {
  /** Number of texts. */
  count = 0;
  private slots = new Int32Array(FIRST_SLOTS).fill(-1);
  private hashes = new Int32Array(FIRST_SLOTS / 2);
  private ends = new Float64Array(FIRST_SLOTS / 2);
  private arena = new Uint8Array(FIRST_BYTES);
  private arenaUsed = 0;

  /** The number of the text; -1 - number where it is new, which it is only once. */
  place(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let number = this.slots[slot] as number; number >= 0; number = this.slots[slot] as number) {
      if (this.hashes[number] === hash && this.isEqual(number, bytes, from, to)) return number;
      slot = (slot + 1) & mask;
    }
    return -1 - this.insert(slot, hash, bytes, from, to);
  }

  /** The number of the text; -1 where it is not there. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to);
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let number = this.slots[slot] as number; number >= 0; number = this.slots[slot] as number) {
      if (this.hashes[number] === hash && this.isEqual(number, bytes, from, to)) return number;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Memory of the arrays. */
  get sizeBytes(): number {
    return this.slots.byteLength + this.hashes.byteLength + this.ends.byteLength + this.arena.byteLength;
  }

  bytesOf(number: number): Uint8Array {
    return this.arena.subarray(this.startOf(number), this.ends[number]);
  }

  /** Bounds of a text within bytes(). */
  startOf(number: number): number {
    return number === 0 ? 0 : (this.ends[number - 1] as number);
  }

  endOf(number: number): number {
    return this.ends[number] as number;
  }

  /** All texts one after the other, good until the next text comes. */
  bytes(): Uint8Array {
    return this.arena;
  }

  private isEqual(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.startOf(number);
    if ((this.ends[number] as number) - at !== to - from) return false;
    const { arena } = this;
    for (let other = from; other < to; other += 1, at += 1) {
      if (arena[at] !== bytes[other]) return false;
    }
    return true;
  }

  private insert(slot: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    const number = this.count;
    if (to - from > TEXT_BYTES_MAX) throw new RangeError('a text is too long for the table');
    if (this.arenaUsed + to - from > this.arena.length) this.growArena(to - from);
    for (let at = from; at < to; at += 1) this.arena[this.arenaUsed++] = bytes[at] as number;
    this.ends[number] = this.arenaUsed;
    this.hashes[number] = hash;
    this.slots[slot] = number;
    this.count = number + 1;
    if (this.count === this.hashes.length) this.growSlots();
    return number;
  }

  private growArena(more: number): void {
    const grown = new Uint8Array(Math.max(this.arena.length * 2, this.arenaUsed + more));
    grown.set(this.arena);
    this.arena = grown;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    const hashes = new Int32Array(slots.length / 2);
    hashes.set(this.hashes);
    const ends = new Float64Array(slots.length / 2);
    ends.set(this.ends);
    for (let number = 0; number < this.count; number += 1) {
      let slot = (hashes[number] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.slots = slots;
    this.hashes = hashes;
    this.ends = ends;
  }
}
