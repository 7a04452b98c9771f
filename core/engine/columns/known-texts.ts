/**
 * Texts of one column that were found good, by their UTF-8 bytes: a hash table with open addressing. It outlives the row
 * groups, so that a text that comes again is neither decoded nor checked again. Which row group's dictionary has an entry
 * is told by `rowGroup`.
 */
import { ByteBuffer } from '../bytes/byte-buffer.ts';

/** place() of a text that the dictionary does not have. */
export const NOT_PLACED = -2;
const FACTOR_1 = 0x5bd1e995;
const FACTOR_2 = 0x85ebca6b | 0;
/** Bytes behind a text that may be looked at. */
const MARGIN_BYTES = 4;
const FIRST_SLOTS = 1024;
/** What is kept from one row group to the next, at most. */
const MAX_KEPT_ENTRIES = 131_072;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

export class KnownTexts {
  /** Entry number + 1 by slot, 0 is free. */
  private slots = new Int32Array(FIRST_SLOTS);
  /** By entry: its first and last four bytes, place of its bytes and their number, and its place in the dictionary of the row group with the number `rowGroup`. */
  private firsts = new Int32Array(FIRST_SLOTS / 2);
  private lasts = new Int32Array(FIRST_SLOTS / 2);
  private starts = new Int32Array(FIRST_SLOTS / 2);
  private lengths = new Int32Array(FIRST_SLOTS / 2);
  rowGroup = new Int32Array(FIRST_SLOTS / 2);
  index = new Int32Array(FIRST_SLOTS / 2);
  readonly text = new ByteBuffer(16 * 1024);
  count = 0;
  /** Number of the row group that is filled, from 1. */
  current = 1;

  /** What tells whether bytes above 127 mean here what they mean in the table. */
  private readonly isUtf8: boolean;

  /** `isUtf8`: the bytes that are asked for are UTF-8; else only those of ASCII texts are compared. */
  constructor(isUtf8: boolean) {
    this.isUtf8 = isUtf8;
  }

  /** The place of a text in the dictionary of the row group that is filled; NOT_PLACED where it is not there. */
  place(view: DataView, from: number, to: number): number {
    const entry = this.find(view, from, to);
    return entry >= 0 && this.rowGroup[entry] === this.current ? (this.index[entry] as number) : NOT_PLACED;
  }

  /** The entry, -1 where there is none. At least three bytes of the view are behind `to`. */
  find(view: DataView, from: number, to: number): number {
    const length = to - from;
    // The first and the last four bytes: of a text of up to eight bytes they are the text.
    const last = length > 4 ? view.getInt32(to - 4, true) : 0;
    const first = firstBytes(view, from, length);
    const hash = length > 8 ? hashLong(view, from, to, mix(first, last, length)) : mix(first, last, length);
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (this.firsts[entry] !== first || this.lasts[entry] !== last || this.lengths[entry] !== length) continue;
      if (length > 8 && !this.hasMiddle(entry, view, from, length)) continue;
      return this.isUtf8 || isAscii(view, from, to) ? entry : -1;
    }
  }

  /** Whether what lies between the first and the last four bytes is that of the entry. */
  private hasMiddle(entry: number, view: DataView, from: number, length: number): boolean {
    const known = this.text.view;
    const start = this.starts[entry] as number;
    for (let at = 4; at < length - 4; at += 4) {
      if (view.getInt32(from + at, true) !== known.getInt32(start + at, true)) return false;
    }
    return true;
  }

  /** A text that find() does not know. */
  add(bytes: Uint8Array, from: number, to: number): number {
    if (this.count * 2 >= this.slots.length) this.grow();
    const entry = this.count;
    const length = to - from;
    const at = this.text.claim(length + MARGIN_BYTES);
    this.text.bytes.set(bytes.subarray(from, to), at);
    this.text.length -= MARGIN_BYTES;
    this.starts[entry] = at;
    this.lengths[entry] = length;
    this.rowGroup[entry] = 0;
    this.count += 1;
    this.enter(entry);
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

  private enter(entry: number): void {
    const { view } = this.text;
    const from = this.starts[entry] as number;
    const length = this.lengths[entry] as number;
    const last = length > 4 ? view.getInt32(from + length - 4, true) : 0;
    const first = firstBytes(view, from, length);
    const short = mix(first, last, length);
    const hash = length > 8 ? hashLong(view, from, from + length, short) : short;
    this.firsts[entry] = first;
    this.lasts[entry] = last;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    this.firsts = doubled(this.firsts);
    this.lasts = doubled(this.lasts);
    this.starts = doubled(this.starts);
    this.lengths = doubled(this.lengths);
    this.rowGroup = doubled(this.rowGroup);
    this.index = doubled(this.index);
    for (let entry = 0; entry < this.count; entry += 1) this.enter(entry);
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Up to four bytes as a word. */
function firstBytes(view: DataView, from: number, length: number): number {
  if (length >= 4) return view.getInt32(from, true);
  return length === 0 ? 0 : view.getInt32(from, true) << (32 - 8 * length);
}

function mix(first: number, last: number, length: number): number {
  let hash = Math.imul(first ^ Math.imul(last, FACTOR_2), FACTOR_1) + length;
  hash = Math.imul(hash ^ (hash >>> 15), FACTOR_2);
  return hash ^ (hash >>> 13);
}

/** What lies between the first and the last four bytes, mixed into `start`. */
function hashLong(view: DataView, from: number, to: number, start: number): number {
  let hash = start;
  for (let at = from + 4; at < to - 4; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), FACTOR_1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isAscii(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (view.getUint8(at) > 127) return false;
  return true;
}
