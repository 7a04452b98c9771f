/**
 * Texts by their bytes: open addressing, every hit compared in full, so that two texts are never taken for one. A text is its number in the order of
 * first sight. A slot holds the hash beside the number, so that a text that is new mostly costs one look into memory.
 */
const FIRST_TEXTS = 512;
const FIRST_LONG_BYTES = 4096;
/** A text is no longer than this. */
export const TEXT_BYTES_MAX = 65_535;
/** Of an entry: four words of its bytes (the last one overlaps where the length asks for it), its length, where the rest of a longer one stands. */
const FIELDS = 6;
const WORD_BYTES = 16;

export function hashBytes(view: DataView, from: number, to: number): number {
  const length = to - from;
  if (length < 4) return mixed(shortWord(view, from, to), 0, 0, 0, length);
  const second = length >= 8 ? view.getInt32(from + 4, true) : 0;
  const third = length >= 12 ? view.getInt32(from + 8, true) : 0;
  let hash = mixed(view.getInt32(from, true), second, third, view.getInt32(to - 4, true), length);
  if (length > WORD_BYTES) for (let at = from + 12; at < to - 4; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash;
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
  /** Pairs of hash and number + 1; 0 is free. */
  private slots: Int32Array;
  private entries: Int32Array;
  /** Bytes behind the first twelve of texts of more than sixteen. */
  private long = new Uint8Array(FIRST_LONG_BYTES);
  private longUsed = 0;
  /** `texts`: room for so many without growing. */
  constructor(texts = FIRST_TEXTS) {
    let room = FIRST_TEXTS;
    while (room <= texts) room *= 2;
    this.slots = new Int32Array(room * 4);
    this.entries = new Int32Array(room * FIELDS);
  }

  /** The number of the text; -1 - number where it is new, which it is only once. `hash`: hashBytes() of the text. */
  place(view: DataView, from: number, to: number, hash = hashBytes(view, from, to)): number {
    const { slots } = this;
    const mask = slots.length - 2;
    let slot = (hash << 1) & mask;
    for (let number = slots[slot + 1] as number; number !== 0; number = slots[slot + 1] as number) {
      if (slots[slot] === hash && this.isEqual(number - 1, view, from, to)) return number - 1;
      slot = (slot + 2) & mask;
    }
    return -1 - this.insert(slot, hash, view, from, to);
  }

  /** The number of the text; -1 where it is not there. */
  find(view: DataView, from: number, to: number, hash = hashBytes(view, from, to)): number {
    const { slots } = this;
    const mask = slots.length - 2;
    let slot = (hash << 1) & mask;
    for (let number = slots[slot + 1] as number; number !== 0; number = slots[slot + 1] as number) {
      if (slots[slot] === hash && this.isEqual(number - 1, view, from, to)) return number - 1;
      slot = (slot + 2) & mask;
    }
    return -1;
  }

  /** Looks where a text of this hash would stand. The answer means nothing. */
  touch(hash: number): number {
    return this.slots[(hash << 1) & (this.slots.length - 2)] as number;
  }

  /** Forgets all texts; the arrays stay. */
  clear(): void {
    this.slots.fill(0);
    this.count = 0;
    this.longUsed = 0;
  }

  /** Memory of the arrays. */
  get sizeBytes(): number {
    return this.slots.byteLength + this.entries.byteLength + this.long.byteLength;
  }

  lengthOf(number: number): number {
    return this.entries[number * FIELDS + 4] as number;
  }

  /** Writes a text and gives the place behind it. */
  write(number: number, target: DataView, at: number): number {
    const { entries } = this;
    const entry = number * FIELDS;
    const length = entries[entry + 4] as number;
    if (length > WORD_BYTES) {
      for (let word = 0; word < 3; word += 1) target.setInt32(at + word * 4, entries[entry + word] as number, true);
      const start = entries[entry + 5] as number;
      for (let rest = 12; rest < length; rest += 1) target.setUint8(at + rest, this.long[start + rest - 12] as number);
      return at + length;
    }
    if (length < 4) {
      for (let byte = 0; byte < length; byte += 1) target.setUint8(at + byte, (entries[entry] as number) >>> (byte * 8));
      return at + length;
    }
    for (let word = 0; (word + 1) * 4 <= length && word < 3; word += 1)
      target.setInt32(at + word * 4, entries[entry + word] as number, true);
    target.setInt32(at + length - 4, entries[entry + 3] as number, true);
    return at + length;
  }

  textOf(number: number): string {
    const bytes = Buffer.alloc(this.lengthOf(number));
    this.write(number, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    return bytes.toString('utf8');
  }

  private isEqual(number: number, view: DataView, from: number, to: number): boolean {
    const { entries } = this;
    const entry = number * FIELDS;
    const length = to - from;
    if (entries[entry + 4] !== length) return false;
    if (length < 4) return entries[entry] === shortWord(view, from, to);
    if (entries[entry] !== view.getInt32(from, true) || entries[entry + 3] !== view.getInt32(to - 4, true)) return false;
    if (length >= 8 && entries[entry + 1] !== view.getInt32(from + 4, true)) return false;
    if (length >= 12 && entries[entry + 2] !== view.getInt32(from + 8, true)) return false;
    if (length <= WORD_BYTES) return true;
    const start = entries[entry + 5] as number;
    for (let at = 12; at < length; at += 1) if (this.long[start + at - 12] !== view.getUint8(from + at)) return false;
    return true;
  }

  private insert(slot: number, hash: number, view: DataView, from: number, to: number): number {
    const number = this.count;
    const length = to - from;
    if (length > TEXT_BYTES_MAX) throw new RangeError('a text is too long for the table');
    const { entries } = this;
    const entry = number * FIELDS;
    entries[entry] = length < 4 ? shortWord(view, from, to) : view.getInt32(from, true);
    if (length >= 4) entries[entry + 3] = view.getInt32(to - 4, true);
    if (length >= 8) entries[entry + 1] = view.getInt32(from + 4, true);
    if (length >= 12) entries[entry + 2] = view.getInt32(from + 8, true);
    entries[entry + 4] = length;
    if (length > WORD_BYTES) entries[entry + 5] = this.keepLong(view, from + 12, to);
    this.slots[slot] = hash;
    this.slots[slot + 1] = number + 1;
    this.count = number + 1;
    if (this.count * 4 === this.slots.length) this.grow();
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
    const { slots: old } = this;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 2;
    for (let from = 0; from < old.length; from += 2) {
      const number = old[from + 1] as number;
      if (number === 0) continue;
      const hash = old[from] as number;
      let slot = (hash << 1) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = number;
    }
    this.slots = slots;
    const entries = new Int32Array(this.entries.length * 2);
    entries.set(this.entries);
    this.entries = entries;
  }
}
