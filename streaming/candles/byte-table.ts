/**
 * Texts by their bytes: open addressing, every hit compared in full, so that two texts are never taken for one. A text is its number in the order of
 * first sight. A slot holds a part of the hash beside the number, so that a text that is new mostly costs one look into memory.
 */
const FIRST_TEXTS = 512;
const FIRST_LONG_BYTES = 4096;
/** A text is no longer than this. */
const LONGEST = 65_535;
/** Words of an entry: four of its bytes (the last one overlaps where the length asks for it), its length, where the rest of a longer one stands. */
const FIELDS = 6;
const LENGTH = 4;
const REST = 5;
/** A longer text has the rest of it elsewhere. */
const WORD_BYTES = 16;
/** The same for others. What is exported is looked up at every use, where a constant of the module costs nothing. */
export const TEXT_BYTES_MAX = LONGEST;
export const TEXT = { FIELDS, LENGTH, REST, WORD_BYTES } as const;
/** Neighbouring slots for texts that differ in their last two characters. */
const BLOCK = 128;
const BLOCKS_TRIED = 8;
const NUMBER = 0x00ffffff;
/** The high bits: the low ones say where the text stands. */
const TAG = ~NUMBER;

/**
 * Texts that differ in their last two characters alone, as numbered ones do that come one after the other, get neighbouring slots: looking one up
 * brings the next ones' memory along.
 */
export function hashBytes(view: DataView, from: number, to: number): number {
  const length = to - from;
  if (length < 4) return mixed(shortWord(view, from, to), 0, 0, 0, length);
  const last = view.getInt32(to - 4, true);
  const tail = ((last >>> 16) & 0xff) * 10 + (last >>> 24) - 48 * 11;
  // The last two characters are no part of the rest, whichever word they are in.
  const first = length === 4 ? last & 0xffff : length === 5 ? view.getInt32(from, true) & 0xffffff : view.getInt32(from, true);
  const second = length < 8 ? 0 : view.getInt32(from + 4, true) & (length === 8 ? 0xffff : length === 9 ? 0xffffff : -1);
  const third = length < 12 ? 0 : view.getInt32(from + 8, true) & (length === 12 ? 0xffff : length === 13 ? 0xffffff : -1);
  let hash = mixed(first, second, third, last & 0xffff, length);
  if (length > WORD_BYTES) {
    for (let at = from + 12; at < to - 4; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  return (hash & ~(BLOCK - 1)) | (tail & (BLOCK - 1));
}

/** The same place in other blocks first, where the neighbours look too; at last one after the other, so that every slot is reached. */
function nextSlot(slot: number, hash: number, probe: number): number {
  return probe < BLOCKS_TRIED ? slot + BLOCK * ((hash >>> 12) | 1) : slot + 1;
}

function mixed(first: number, second: number, third: number, last: number, length: number): number {
  let hash = Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13) ^ last ^ length, 0x27d4eb2f);
  return hash ^ (hash >>> 15);
}

/** The bytes of a text of up to three. */
function shortWord(view: DataView, from: number, to: number): number {
  let word = 0;
  for (let at = to - 1; at >= from; at -= 1) word = (word << 8) | view.getUint8(at);
  return word;
}

export class ByteTable {
  /** Number of texts. */
  count = 0;
  /** Eight bits of the hash above the number + 1, which has 24; 0 is free. */
  private slots: Int32Array;
  /** By number, for growing. */
  private hashes: Int32Array;
  private entries: Int32Array;
  /** The rests: bytes behind the first twelve of texts of more than sixteen. */
  private long = new Uint8Array(FIRST_LONG_BYTES);
  private longUsed = 0;
  /** `texts`: room for so many without growing. */
  constructor(texts = FIRST_TEXTS) {
    let room = FIRST_TEXTS;
    while (room <= texts) room *= 2;
    this.slots = new Int32Array(room * 2);
    this.hashes = new Int32Array(room);
    this.entries = new Int32Array(room * FIELDS);
  }

  /** The number of the text; -1 - number where it is new, which it is only once. `hash`: hashBytes() of the text. */
  place(view: DataView, from: number, to: number, hash = hashBytes(view, from, to)): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let held = slots[slot] as number, probe = 0; held !== 0; held = slots[slot] as number, probe += 1) {
      if (((held ^ hash) & TAG) === 0 && this.isEqual((held & NUMBER) - 1, view, from, to)) return (held & NUMBER) - 1;
      slot = nextSlot(slot, hash, probe) & mask;
    }
    return -1 - this.insert(slot, hash, view, from, to);
  }

  /** The number of the text; -1 where it is not there. */
  find(view: DataView, from: number, to: number, hash = hashBytes(view, from, to)): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let held = slots[slot] as number, probe = 0; held !== 0; held = slots[slot] as number, probe += 1) {
      if (((held ^ hash) & TAG) === 0 && this.isEqual((held & NUMBER) - 1, view, from, to)) return (held & NUMBER) - 1;
      slot = nextSlot(slot, hash, probe) & mask;
    }
    return -1;
  }

  /** Looks where a text of this hash would stand. The answer means nothing. */
  touch(hash: number): number {
    return this.slots[hash & (this.slots.length - 1)] as number;
  }

  /** Forgets all texts; the arrays stay. */
  clear(): void {
    this.slots.fill(0);
    this.count = 0;
    this.longUsed = 0;
  }

  /** Memory of the arrays. */
  get sizeBytes(): number {
    return this.slots.byteLength + this.hashes.byteLength + this.entries.byteLength + this.long.byteLength;
  }

  /** The texts [first, end) as they are kept, FIELDS words each. A view. */
  entriesOf(first: number, end: number): Int32Array {
    return this.entries.subarray(first * FIELDS, end * FIELDS);
  }

  /** The rests of longer texts from this place on. A view. */
  restsFrom(place: number): Uint8Array {
    return this.long.subarray(place, this.longUsed);
  }

  /** Place of the next rest. */
  get restsEnd(): number {
    return this.longUsed;
  }

  /** Writes a text and gives the place behind it. */
  write(number: number, target: DataView, at: number): number {
    return writeText(this.entries, number * FIELDS, this.long, target, at);
  }

  textOf(number: number): string {
    const bytes = Buffer.alloc(this.entries[number * FIELDS + LENGTH] as number);
    this.write(number, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    return bytes.toString('utf8');
  }

  private isEqual(number: number, view: DataView, from: number, to: number): boolean {
    const { entries } = this;
    const entry = number * FIELDS;
    const length = to - from;
    if (entries[entry + LENGTH] !== length) return false;
    if (length < 4) return entries[entry] === shortWord(view, from, to);
    if (entries[entry] !== view.getInt32(from, true) || entries[entry + 3] !== view.getInt32(to - 4, true)) return false;
    if (length >= 8 && entries[entry + 1] !== view.getInt32(from + 4, true)) return false;
    if (length >= 12 && entries[entry + 2] !== view.getInt32(from + 8, true)) return false;
    if (length <= WORD_BYTES) return true;
    const start = entries[entry + REST] as number;
    for (let at = 12; at < length; at += 1) if (this.long[start + at - 12] !== view.getUint8(from + at)) return false;
    return true;
  }

  private insert(slot: number, hash: number, view: DataView, from: number, to: number): number {
    const number = this.count;
    const length = to - from;
    if (length > LONGEST || number >= NUMBER - 1) throw new RangeError('a text is too long for the table, or there are too many');
    const { entries } = this;
    const entry = number * FIELDS;
    entries[entry] = length < 4 ? shortWord(view, from, to) : view.getInt32(from, true);
    if (length >= 4) entries[entry + 3] = view.getInt32(to - 4, true);
    if (length >= 8) entries[entry + 1] = view.getInt32(from + 4, true);
    if (length >= 12) entries[entry + 2] = view.getInt32(from + 8, true);
    entries[entry + LENGTH] = length;
    if (length > WORD_BYTES) entries[entry + REST] = this.keepLong(view, from + 12, to);
    this.slots[slot] = (hash & TAG) | (number + 1);
    this.hashes[number] = hash;
    this.count = number + 1;
    if (this.count === this.hashes.length) this.grow();
    return number;
  }

  private keepLong(view: DataView, from: number, to: number): number {
    const start = this.longUsed;
    if (start + to - from > this.long.length) {
      const grown = new Uint8Array(Math.max(this.long.length * 2, start + to - from));
      grown.set(this.long);
      this.long = grown;
    }
    for (let at = from; at < to; at += 1) this.long[this.longUsed++] = view.getUint8(at);
    return start;
  }

  private grow(): void {
    const room = this.hashes.length * 2;
    const slots = new Int32Array(room * 2);
    const mask = slots.length - 1;
    const hashes = new Int32Array(room);
    hashes.set(this.hashes);
    for (let number = 0; number < this.count; number += 1) {
      const hash = hashes[number] as number;
      let slot = hash & mask;
      for (let probe = 0; slots[slot] !== 0; probe += 1) slot = nextSlot(slot, hash, probe) & mask;
      slots[slot] = (hash & TAG) | (number + 1);
    }
    const entries = new Int32Array(room * FIELDS);
    entries.set(this.entries);
    this.slots = slots;
    this.hashes = hashes;
    this.entries = entries;
  }
}

/** Writes the text of the entry that begins at `entry`, and gives the place behind it. */
export function writeText(entries: Int32Array, entry: number, long: Uint8Array, target: DataView, at: number): number {
  const length = entries[entry + LENGTH] as number;
  if (length > WORD_BYTES) {
    for (let word = 0; word < 3; word += 1) target.setInt32(at + word * 4, entries[entry + word] as number, true);
    const start = entries[entry + REST] as number;
    for (let rest = 12; rest < length; rest += 1) target.setUint8(at + rest, long[start + rest - 12] as number);
    return at + length;
  }
  if (length < 4) {
    for (let byte = 0; byte < length; byte += 1) target.setUint8(at + byte, (entries[entry] as number) >>> (byte * 8));
    return at + length;
  }
  for (let word = 0; (word + 1) * 4 <= length && word < 3; word += 1) target.setInt32(at + word * 4, entries[entry + word] as number, true);
  target.setInt32(at + length - 4, entries[entry + 3] as number, true);
  return at + length;
}
