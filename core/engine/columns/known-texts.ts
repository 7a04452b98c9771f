/**
 * Texts of one column that were found good, by their UTF-8 bytes: a hash table with open addressing. It outlives the row
 * groups, so that a text that comes again is neither decoded nor checked again.
 */
import { ByteBuffer } from '../bytes/byte-buffer.ts';

/** place() of a text that the dictionary does not have. */
export const NOT_PLACED = -2;

const FIRST_SLOTS = 1024;
/** So few slots are in use that the first one looked at is the right one mostly. */
const SLOTS_PER_ENTRY = 8;
const FACTOR_1 = 0x5bd1e995;
const FACTOR_2 = 0x85ebca6b | 0;
/** Bytes behind a text that may be looked at. */
const MARGIN_BYTES = 4;
/** What is kept from one row group to the next, at most. */
const MAX_KEPT_ENTRIES = 131_072;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** Fields of an entry, side by side so that one look into memory shows them all. */
const FIELDS = 8;
const FIELD = {
  /** Its bytes 0-3, 4-7 and 8-11 as words, and its last four: of a text of up to sixteen bytes they are the text. */
  FIRST: 0,
  SECOND: 1,
  THIRD: 2,
  LAST: 3,
  LENGTH: 4,
  /** Where its bytes stand. */
  START: 5,
} as const;

/** Numbers of row groups have 16 bits; 0 is none's. */
const MAX_ROW_GROUP = 65_535;

export class KnownTexts {
  /** Changes when all texts are forgotten. */
  generation = 0;
  /** Number of the first field of an entry, + 1, by slot; 0 is free. */
  private slots = new Int32Array(FIRST_SLOTS);
  private entries = new Int32Array((FIRST_SLOTS / SLOTS_PER_ENTRY) * FIELDS);
  private readonly text = new ByteBuffer(16 * 1024);
  private count = 0;
  /**
   * By number of an entry: the number of a row group in the high half, the place of the text in its dictionary in the low one. The first
   * ones may be shared.
   */
  private shared = new Uint32Array(0);
  private stamps = new Uint32Array(FIRST_SLOTS / SLOTS_PER_ENTRY);
  /** Number of the row group that is filled, from 1. */
  private current = 1;
  private readonly isUtf8: boolean;

  /** `isUtf8`: the bytes of the file are UTF-8, as the table's are; else only those of ASCII texts are compared. */
  constructor(isUtf8: boolean) {
    this.isUtf8 = isUtf8;
  }

  /** Number of the row group that is filled. */
  get rowGroup(): number {
    return this.current;
  }

  /** From now on the stamps of the first texts stand there; there is none yet. */
  share(stamps: Uint32Array<ArrayBuffer>): void {
    if (this.count > 0) throw new RangeError('stamps are shared before there is a text');
    this.shared = stamps;
  }

  numberOf(entry: number): number {
    return entry / FIELDS;
  }

  /** The place of a text in the dictionary of the row group that is filled; NOT_PLACED where it is not there. */
  place(view: DataView, from: number, to: number): number {
    const entry = this.findRaw(view, from, to);
    return entry >= 0 ? this.placeOf(entry) : NOT_PLACED;
  }

  /** find() of bytes as they stand in the file, which are UTF-8 or not. */
  findRaw(view: DataView, from: number, to: number): number {
    const entry = this.find(view, from, to);
    return entry < 0 || this.isUtf8 || isAscii(view, from, to) ? entry : -1;
  }

  placeOf(entry: number): number {
    const number = entry / FIELDS;
    const { shared } = this;
    const stamp = (number < shared.length ? shared[number] : this.stamps[number]) as number;
    return stamp >>> 16 === this.current ? stamp & 0xffff : NOT_PLACED;
  }

  /** The text gets a place in the dictionary of the row group that is filled. */
  setPlace(entry: number, place: number): void {
    this.setStamp(entry / FIELDS, this.current * 65_536 + place);
  }

  /** The entry of a text in UTF-8, -1 where there is none. At least three bytes of the view are behind `to`. */
  find(view: DataView, from: number, to: number): number {
    const length = to - from;
    const first = firstBytes(view, from, length);
    const last = length > 4 ? view.getInt32(to - 4, true) : 0;
    const second = length > 8 ? view.getInt32(from + 4, true) : 0;
    const third = length > 12 ? view.getInt32(from + 8, true) : 0;
    const short = mix(first, second, third, last, length);
    const { slots, entries } = this;
    const mask = slots.length - 1;
    for (let slot = (length > 16 ? hashLong(view, from, to, short) : short) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return -1;
      // One question for all of the words: processors guess the answers to several ones wrong.
      const start =
        ((entries[entry] as number) ^ first) | ((entries[entry + 1] as number) ^ second) | ((entries[entry + 2] as number) ^ third);
      if ((start | ((entries[entry + 3] as number) ^ last) | ((entries[entry + 4] as number) ^ length)) !== 0) continue;
      if (length > 16 && !this.hasMiddle(entry, view, from, length)) continue;
      return entry;
    }
  }

  /** A text that find() does not know. */
  add(bytes: Uint8Array, from: number, to: number): number {
    if (this.count * SLOTS_PER_ENTRY >= this.slots.length) this.grow();
    const { entries } = this;
    const entry = this.count * FIELDS;
    const length = to - from;
    const at = this.text.claim(length + MARGIN_BYTES);
    this.text.bytes.set(bytes.subarray(from, to), at);
    this.text.length -= MARGIN_BYTES;
    entries[entry + FIELD.LENGTH] = length;
    entries[entry + FIELD.START] = at;
    this.setStamp(this.count, 0);
    this.count += 1;
    this.enter(entry);
    return entry;
  }

  /** No entry is in the dictionary of the row group that begins. */
  nextRowGroup(): void {
    this.current += 1;
    if (this.current > MAX_ROW_GROUP) {
      this.current = 1;
      this.shared.fill(0);
      this.stamps.fill(0);
    }
    if (this.count > MAX_KEPT_ENTRIES || this.text.length > MAX_KEPT_BYTES) {
      this.slots.fill(0);
      this.text.clear();
      this.count = 0;
      this.generation += 1;
    }
  }

  private setStamp(number: number, stamp: number): void {
    if (number < this.shared.length) this.shared[number] = stamp;
    else this.stamps[number] = stamp;
  }

  /** Whether what lies between the first twelve and the last four bytes is that of the entry. */
  private hasMiddle(entry: number, view: DataView, from: number, length: number): boolean {
    const known = this.text.view;
    const start = this.entries[entry + FIELD.START] as number;
    for (let at = 12; at < length - 4; at += 4) {
      if (view.getInt32(from + at, true) !== known.getInt32(start + at, true)) return false;
    }
    return true;
  }

  private enter(entry: number): void {
    const { entries } = this;
    const { view } = this.text;
    const from = entries[entry + FIELD.START] as number;
    const length = entries[entry + FIELD.LENGTH] as number;
    const first = firstBytes(view, from, length);
    const last = length > 4 ? view.getInt32(from + length - 4, true) : 0;
    const second = length > 8 ? view.getInt32(from + 4, true) : 0;
    const third = length > 12 ? view.getInt32(from + 8, true) : 0;
    const short = mix(first, second, third, last, length);
    const hash = length > 16 ? hashLong(view, from, from + length, short) : short;
    entries[entry + FIELD.FIRST] = first;
    entries[entry + FIELD.SECOND] = second;
    entries[entry + FIELD.THIRD] = third;
    entries[entry + FIELD.LAST] = last;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const larger = new Int32Array(this.entries.length * 2);
    larger.set(this.entries);
    this.entries = larger;
    const stamps = new Uint32Array(this.stamps.length * 2);
    stamps.set(this.stamps);
    this.stamps = stamps;
    for (let number = 0; number < this.count; number += 1) this.enter(number * FIELDS);
  }
}

/** Up to four bytes as a word. */
function firstBytes(view: DataView, from: number, length: number): number {
  if (length >= 4) return view.getInt32(from, true);
  return length === 0 ? 0 : view.getInt32(from, true) << (32 - 8 * length);
}

function mix(first: number, second: number, third: number, last: number, length: number): number {
  let hash = Math.imul(first ^ Math.imul(last, FACTOR_2), FACTOR_1) + length;
  if (length > 8) hash ^= Math.imul(second ^ Math.imul(third, FACTOR_1), FACTOR_2);
  hash = Math.imul(hash ^ (hash >>> 15), FACTOR_2);
  return hash ^ (hash >>> 13);
}

/** What lies between the first twelve and the last four bytes, mixed into `start`. */
function hashLong(view: DataView, from: number, to: number, start: number): number {
  let hash = start;
  for (let at = from + 12; at < to - 4; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), FACTOR_1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isAscii(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (view.getUint8(at) > 127) return false;
  return true;
}
