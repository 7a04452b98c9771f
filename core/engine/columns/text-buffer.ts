/**
 * STRING and JSON: indexes into a dictionary of the row group while that pays, PLAIN from then on. Which it is depends on
 * the values of the row group alone, so that the same rows give the same bytes wherever they are encoded. Texts that were
 * seen in earlier row groups are found again without being checked again (KnownTexts).
 */
import type { ColumnType } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import { PAGE_ROWS, wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { KnownTexts, NOT_PLACED } from './known-texts.ts';
import type { KeyHasher } from '../uniqueness/key-hasher.ts';
import { NullRows } from './null-rows.ts';
import { CODEC, ENCODING, MIN_COMPRESSED_BYTES, type ChunkMeta, type MinMax, type PageWriter } from './page-writer.ts';
import { PlainTexts } from './plain-texts.ts';
import { textBorders } from './text-borders.ts';

/** Bounds of a dictionary: entries (an index has 16 bits) and bytes of their text. */
const MAX_DICTIONARY_ENTRIES = 65_535;
const MAX_DICTIONARY_BYTES = 1024 * 1024;
/** After so many values a dictionary is given up where it has more than a share of them as entries: texts hardly repeat then. */
const TRIALS: readonly (readonly [number, number])[] = [
  [32_768, 0.6],
  [16_384, 0.75],
  [4096, 0.95],
  [1024, 0.99],
];
/** Longer texts go to PLAIN at once. */
const MAX_ENTRY_BYTES = 4096;
const MARGIN_BYTES = 4;
/** More than a text of 31 bytes takes. */
const MAX_SHORT_ENTRY_BYTES = 36;
/** Literals come in groups of so many. */
const LITERAL_GROUP = 8;
/** index() where the value belongs to the PLAIN part. */
export const PLAIN = -1;

function shareAfter(values: number): number {
  for (const [count, share] of TRIALS) if (values >= count) return share;
  return Number.POSITIVE_INFINITY;
}

/** The width of an index and the header of one run of literals, which come in groups of eight. */
function literalHeader(bitWidth: number, count: number): Uint8Array {
  const bytes = [bitWidth];
  let rest = Math.ceil(count / 8) * 2 + 1;
  while (rest >= 128) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

export class TextBuffer implements ColumnBuffer {
  readonly known: KnownTexts;
  readonly plain = new PlainTexts();
  readonly nulls = new NullRows();
  /** Values that are there, NULLs not counted. */
  count = 0;
  /** Places of the first values in the dictionary. */
  indexes = new Uint16Array(1024);
  /** How many values are in the dictionary part once it was left; -1 while it is not. */
  dictionaryValues = -1;
  private marked = { values: 0, plainBytes: 0, isPlain: false };
  private readonly type: ColumnType;
  private readonly entries = new PlainTexts();
  private readonly entryStarts: number[] = [];
  /** Of entries that were asked for. */
  private readonly entryTexts: string[] = [];
  scratch = Buffer.alloc(4096);
  scratchView = new DataView(this.scratch.buffer, this.scratch.byteOffset, this.scratch.length);

  /** `isUtf8`: what index() and the table of known texts are asked for is UTF-8 (KnownTexts). */
  constructor(type: ColumnType, isUtf8 = true) {
    this.type = type;
    this.known = new KnownTexts(isUtf8);
  }

  get sizeBytes(): number {
    return this.plain.buffer.length + this.count * 2 + this.nulls.count * 4;
  }

  append(cell: Cell, row: number): void {
    if (cell === null) {
      this.nulls.add(row);
      return;
    }
    if (typeof cell !== 'string') throw wrongValue(this.type, cell);
    const length = this.encode(cell);
    this.reserve(this.count + 1);
    const index = this.index(this.scratch, this.scratchView, 0, length);
    if (index === PLAIN) this.plain.append(this.scratch, 0, length);
    else this.indexes[this.count] = index;
    this.count += 1;
  }

  /** Room for `count` values in all. */
  reserve(count: number): void {
    if (count <= this.indexes.length) return;
    const larger = new Uint16Array(Math.max(count, this.indexes.length * 2));
    larger.set(this.indexes.subarray(0, this.count));
    this.indexes = larger;
  }

  /** Writes the text's bytes to `scratch`, which the next call overwrites, and gives their number. */
  encode(text: string): number {
    if (text.length * 3 + MARGIN_BYTES > this.scratch.length) {
      this.scratch = Buffer.alloc(text.length * 3 + MARGIN_BYTES);
      this.scratchView = new DataView(this.scratch.buffer, this.scratch.byteOffset, this.scratch.length);
    }
    return this.scratch.write(text, 0, 'utf8');
  }

  /**
   * The place of a text in the row group's dictionary, entered there when it is new; PLAIN where the dictionary has been
   * left, or is left now. The text has been checked.
   */
  index(bytes: Uint8Array, view: DataView, from: number, to: number): number {
    if (this.dictionaryValues >= 0) return PLAIN;
    if (to - from > MAX_ENTRY_BYTES) return this.leave();
    const { known } = this;
    let entry = known.find(view, from, to);
    if (entry < 0) {
      if (this.isFull()) return this.leave();
      entry = known.add(bytes, from, to);
    } else {
      const place = known.placeOf(entry);
      if (place !== NOT_PLACED) return place;
      if (this.isFull()) return this.leave();
    }
    return this.enter(entry, view, from, to);
  }

  /** Rows from here on may be taken back, by cut() and remove(). */
  mark(): void {
    this.marked = { values: this.count, plainBytes: this.plain.buffer.length, isPlain: this.dictionaryValues >= 0 };
  }

  /** Forgets the rows from this one on, none of them before the mark. What the dictionary has stays there. */
  cut(row: number): void {
    const { values, plainBytes } = this.marked;
    this.nulls.cut(row);
    const count = row - this.nulls.count;
    this.count = count;
    if (this.dictionaryValues < 0) return;
    const { buffer } = this.plain;
    if (count <= this.dictionaryValues) {
      this.dictionaryValues = -1;
      buffer.clear();
      return;
    }
    const isOld = values > this.dictionaryValues;
    buffer.length = this.plain.behind(isOld ? plainBytes : 0, count - (isOld ? values : this.dictionaryValues));
  }

  /** Takes a row out that is not before the mark; false, and nothing happens, where the dictionary was left since then. */
  remove(row: number): boolean {
    const { values, plainBytes, isPlain } = this.marked;
    if (isPlain !== this.dictionaryValues >= 0) return false;
    const value = row - this.nulls.before(row);
    if (this.nulls.remove(row)) return true;
    if (this.dictionaryValues < 0) {
      this.indexes.copyWithin(value, value + 1, this.count);
    } else {
      const { buffer } = this.plain;
      const at = this.plain.behind(plainBytes, value - values);
      const end = this.plain.behind(at, 1);
      buffer.bytes.copyWithin(at, end, buffer.length);
      buffer.length -= end - at;
    }
    this.count -= 1;
    return true;
  }

  private enter(entry: number, view: DataView, from: number, to: number): number {
    const { known, entries } = this;
    known.setPlace(entry, this.entryStarts.length);
    this.entryStarts.push(entries.buffer.length);
    entries.appendFrom(view, from, to);
    return this.entryStarts.length - 1;
  }

  get dictionaryEntries(): number {
    return this.entryStarts.length;
  }

  /** While as many more values come, so many entries are no reason to leave the dictionary. */
  entriesWithin(values: number): number {
    const byShare = Math.floor(this.count * shareAfter(this.count + values)) + 1;
    const byBytes = this.entryStarts.length + Math.floor((MAX_DICTIONARY_BYTES - this.entries.buffer.length) / MAX_SHORT_ENTRY_BYTES);
    return Math.min(MAX_DICTIONARY_ENTRIES, byShare, byBytes);
  }

  /** Known texts of up to 31 bytes, which have the next places already: each behind its length. */
  adopt(texts: Uint8Array): void {
    const { buffer } = this.entries;
    const end = buffer.length + texts.length;
    let at = buffer.claim(texts.length);
    buffer.bytes.set(texts, at);
    for (; at < end; at += 4 + buffer.view.getUint32(at, true)) this.entryStarts.push(at);
  }

  private isFull(): boolean {
    return (
      this.entryStarts.length >= MAX_DICTIONARY_ENTRIES ||
      this.entries.buffer.length >= MAX_DICTIONARY_BYTES ||
      this.entryStarts.length > this.count * shareAfter(this.count)
    );
  }

  private leave(): number {
    this.dictionaryValues = this.count;
    return PLAIN;
  }

  /** The text with this place in the dictionary; below zero that which stands at a position of the PLAIN part. */
  textAt(place: number, plainAt: number): string {
    if (place >= 0) return (this.entryTexts[place] ??= this.entries.textAt(this.entryStarts[place] as number));
    return this.plain.textAt(plainAt);
  }

  /** Adds the bytes of a text to a key: by its place in the dictionary, below zero by its position in the PLAIN part. */
  hashText(hasher: KeyHasher, place: number, plainAt: number): void {
    const { view } = place >= 0 ? this.entries.buffer : this.plain.buffer;
    const at = place >= 0 ? (this.entryStarts[place] as number) : plainAt;
    hasher.add(view, at + 4, at + 4 + view.getUint32(at, true));
  }

  finish(rows: number, pages: PageWriter): ChunkMeta {
    const isSmall = this.sizeBytes + this.entries.buffer.length < MIN_COMPRESSED_BYTES;
    pages.beginChunk(isSmall ? CODEC.UNCOMPRESSED : CODEC.ZSTD);
    const dictionaryValues = this.dictionaryValues < 0 ? this.count : this.dictionaryValues;
    if (dictionaryValues > 0) pages.dictionaryPage(this.entryStarts.length, this.entries.buffer.content());
    const firstPlainRow = this.indexPages(rows, dictionaryValues, pages);
    this.plain.pages(pages, this.nulls, firstPlainRow, rows);
    const meta = pages.endChunk(this.nulls.count, this.minMax(dictionaryValues));
    this.clear();
    return meta;
  }

  /** Forgets the row group. */
  clear(): void {
    this.count = 0;
    this.dictionaryValues = -1;
    this.entryStarts.length = 0;
    this.entryTexts.length = 0;
    this.entries.clear();
    this.plain.clear();
    this.nulls.clear();
    this.known.nextRowGroup();
  }

  /** Pages of the rows whose values are in the dictionary; gives the first row behind them. */
  private indexPages(rows: number, values: number, pages: PageWriter): number {
    const bitWidth = this.entryStarts.length <= 256 ? 8 : 16;
    const end = values === this.count ? rows : this.rowOfValue(values);
    // What fills up the last group of literals must not be what an earlier row group has left there.
    this.reserve(values + LITERAL_GROUP);
    this.indexes.fill(0, values, values + LITERAL_GROUP);
    for (let from = 0; from < end; from += PAGE_ROWS) {
      const to = Math.min(end, from + PAGE_ROWS);
      const levels = this.nulls.levels(from, to);
      const first = from - this.nulls.before(from);
      const count = to - this.nulls.before(to) - first;
      // Entries that only rows have which were not taken make no dictionary.
      if (values === 0) {
        pages.dataPage(to - from, ENCODING.PLAIN, [levels]);
      } else {
        const header = literalHeader(bitWidth, count);
        pages.dataPage(to - from, ENCODING.RLE_DICTIONARY, [levels, header, this.literals(first, count, values, bitWidth)]);
      }
    }
    return end;
  }

  /** Indexes of whole bytes need no packing: what that costs in size, the compression takes back. */
  private literals(first: number, count: number, values: number, bitWidth: 8 | 16): Uint8Array {
    const padded = Math.ceil(count / 8) * 8;
    this.reserve(first + padded);
    // What is behind the last value is left from other rows, and would make the bytes depend on them.
    if (first + count === values) this.indexes.fill(0, values, first + padded);
    const indexes = this.indexes.subarray(first, first + padded);
    return bitWidth === 8 ? new Uint8Array(indexes) : new Uint8Array(indexes.buffer, indexes.byteOffset, indexes.byteLength);
  }

  /** The row that holds the value with this place. */
  private rowOfValue(place: number): number {
    let row = place;
    for (let nulls = this.nulls.before(row + 1); row - nulls < place; nulls = this.nulls.before(row + 1)) row = place + nulls;
    return row;
  }

  /** Of the entries that a row has; null once the dictionary was left, and where a border is long. */
  private minMax(dictionaryValues: number): MinMax | null {
    if (this.dictionaryValues >= 0 || dictionaryValues === 0) return null;
    const used = new Uint8Array(this.entryStarts.length);
    for (let place = 0; place < dictionaryValues; place += 1) used[this.indexes[place] as number] = 1;
    return textBorders(this.entries.buffer, this.entryStarts, used);
  }
}
