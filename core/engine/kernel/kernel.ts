/**
 * What is done with many rows at once, in WebAssembly: looking up texts and hashing rows. It works on a copy of the bytes that the
 * rows come from, in a memory of its own, which all tables are in as well. Pages of the memory that nobody writes take no room.
 */
import { copyShared } from '../bytes/copy-shared.ts';
import { assemble } from './assemble.ts';
import { HASH_SOURCE } from './hash-source.ts';
import { BATCH_ROWS, COLUMN, COLUMN_BYTES, COLUMNS_AT, DICTIONARY_AT, FIRST_RESULT_AT, HASHES_AT, LENGTHS_AT } from './layout.ts';
import { MASKS_AT, MAX_ENTRIES, MAX_TEXT_BYTES, MISSES_AT, NULLS_AT, OFFSETS_AT, PLACES_AT, SLOTS } from './layout.ts';
import { PLAIN_SOURCE } from './plain-source.ts';
import { TEXT_SOURCE } from './text-source.ts';
import { Instance, Memory, Module, type WasmMemory, type WasmModule } from './web-assembly.ts';

/** The functions of text-source.ts, plain-source.ts and hash-source.ts. */
interface Exports {
  find(notes: number, rows: number, input: number, slots: number, entries: number, stamps: number, group: number, base: number): number;
  place(
    miss: number,
    misses: number,
    removed: number,
    notes: number,
    input: number,
    slots: number,
    entries: number,
    stamps: number,
    group: number,
    next: number,
    most: number,
  ): number;
  plain(
    notes: number,
    row: number,
    rows: number,
    count: number,
    input: number,
    out: number,
    base: number,
    most: number,
    lengths: number,
  ): number;
  enter(at: number, length: number, slots: number, entries: number, number: number): void;
  hashRows(offsets: number, lengths: number, rows: number, input: number, out: number): void;
}

const PAGE_BYTES = 65_536;
/** Vectors are read behind the last byte. */
const MARGIN_BYTES = 64;
const WORD = 8;
const NOTE_BYTES = 8;
const LF = 10;

let compiled: WasmModule | null = null;

export class Kernel {
  /** By column: two words a row, start and length of its text. */
  readonly notes: readonly Int32Array[];
  /** By column, by the number of a text. */
  readonly stamps: readonly Uint32Array[];
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  /** Of the last calls: places of texts, rows without one, misses (row, texts before it), two words of a hash a row. */
  readonly places: Uint16Array;
  readonly nulls: Int32Array;
  readonly misses: Int32Array;
  readonly hashes: Int32Array;
  readonly memory: WasmMemory;
  /** Where inputs stand, and where the memory has room for a scanner. */
  readonly inputAt: number;
  readonly inputBytes: number;
  readonly scanAt: number;
  private readonly results: Int32Array;
  private readonly slots: readonly Uint16Array[];
  private readonly bytes: Buffer;
  private readonly plainAt: number;
  /** Bytes of the source that are there, none where `loadedTo` is below zero. */
  private loadedFrom = 0;
  private loadedTo = -1;
  /** Where the byte stands that has the position 0. */
  private input = 0;
  private readonly run: Exports;

  /** For `columns` columns of texts, a scanner that takes `scanBytes`, and inputs of up to `inputBytes`. */
  constructor(columns: number, inputBytes: number, scanBytes = 0) {
    this.scanAt = Math.ceil((COLUMNS_AT + columns * COLUMN_BYTES) / WORD) * WORD;
    this.inputAt = this.scanAt + Math.ceil(scanBytes / WORD) * WORD;
    this.inputBytes = inputBytes;
    this.plainAt = this.inputAt + WORD + inputBytes + MARGIN_BYTES;
    // Each text has its length before it there.
    const pages = Math.ceil((this.plainAt + BATCH_ROWS * 4 + inputBytes + MARGIN_BYTES) / PAGE_BYTES);
    const memory = new Memory({ initial: pages, maximum: pages });
    const { buffer } = memory;
    this.memory = memory;
    compiled ??= new Module(assemble(TEXT_SOURCE + PLAIN_SOURCE + HASH_SOURCE));
    this.run = new Instance(compiled, { js: { memory } }).exports as Exports;
    const places = Array.from({ length: columns }, (_, column) => placeOf(column));
    this.notes = places.map((at) => new Int32Array(buffer, at + COLUMN.notes, BATCH_ROWS * 2));
    this.slots = places.map((at) => new Uint16Array(buffer, at + COLUMN.slots, SLOTS));
    this.stamps = places.map((at) => new Uint32Array(buffer, at + COLUMN.stamps + 4, MAX_ENTRIES));
    this.results = new Int32Array(buffer, FIRST_RESULT_AT, 2);
    this.places = new Uint16Array(buffer, PLACES_AT, BATCH_ROWS);
    this.nulls = new Int32Array(buffer, NULLS_AT, BATCH_ROWS);
    this.misses = new Int32Array(buffer, MISSES_AT, BATCH_ROWS * 2);
    this.offsets = new Int32Array(buffer, OFFSETS_AT, BATCH_ROWS);
    this.lengths = new Int32Array(buffer, LENGTHS_AT, BATCH_ROWS);
    this.hashes = new Int32Array(buffer, HASHES_AT, BATCH_ROWS * 2);
    this.bytes = Buffer.from(buffer);
    this.bytes.fill(0xff, MASKS_AT, MASKS_AT + 32);
  }

  /** The bytes [from, to) of the source are what positions point to from now on, `from` is 0. */
  load(source: Buffer, from: number, to: number): void {
    this.input = this.inputAt;
    copyShared(source.subarray(from, to), this.bytes, this.input);
    this.loadedFrom = from;
    this.loadedTo = to;
  }

  /** The bytes [from, to) were loaded, by a load() from the same place. */
  holds(from: number, to: number): boolean {
    return this.loadedFrom === from && to <= this.loadedTo;
  }

  /** What stands at the positions of the source is something else from now on. */
  unload(): void {
    this.loadedTo = -1;
  }

  /** Ends the bytes that are there as a file is ended. */
  endInput(): void {
    this.bytes[this.input + this.loadedTo - this.loadedFrom] = LF;
  }

  /** No text is in the column's table any more. */
  clearTable(column: number): void {
    this.slots[column]?.fill(0);
  }

  /** Finds the texts of `rows` rows, the first of them that of the note `note`; gives the number of misses. `firstRow` is added to rows without a text. */
  find(column: number, note: number, rows: number, group: number, firstRow: number): number {
    const at = placeOf(column);
    const { slots, entries, stamps } = COLUMN;
    return this.run.find(noteAt(at, note), rows, this.input, at + slots, at + entries, at + stamps, group, firstRow);
  }

  /** Texts after find(), those that were missed too, and after plain(). */
  get count(): number {
    return this.results[0] as number;
  }

  /**
   * Gives texts of the table that have no place yet the next ones, below `most`; gives the first miss that it cannot settle. `removed`
   * texts turned out to be NULL so far. `note` is that of find().
   */
  place(column: number, note: number, group: number, miss: number, misses: number, removed: number, next: number, most: number): number {
    const at = placeOf(column);
    const { slots, entries, stamps } = COLUMN;
    return this.run.place(miss, misses, removed, noteAt(at, note), this.input, at + slots, at + entries, at + stamps, group, next, most);
  }

  /** The texts that got places from place(), each behind its length of four bytes. */
  placedTexts(): Uint8Array {
    return this.bytes.subarray(DICTIONARY_AT, this.results[1]);
  }

  /** A text that the table does not have gets into it, where it is short and its number low enough. */
  enter(column: number, from: number, length: number, number: number): void {
    if (length === 0 || length > MAX_TEXT_BYTES || number >= MAX_ENTRIES) return;
    const at = placeOf(column);
    this.run.enter(this.input + from, length, at + COLUMN.slots, at + COLUMN.entries, number);
  }

  /**
   * Writes the texts of the rows [row, rows) as they stand, of which there are `count` before them, row 0 that of the note `note`; gives
   * the first row whose text is not plain: above ASCII, with a blank at an end, of more than `most` bytes, or of a length whose bit is in
   * `lengths`.
   */
  plain(column: number, note: number, row: number, rows: number, count: number, firstRow: number, most: number, lengths: number): number {
    return this.run.plain(noteAt(placeOf(column), note), row, rows, count, this.input, this.plainAt, firstRow, most, lengths);
  }

  /** The texts that plain() wrote, each behind its length of four bytes. */
  plainTexts(): Uint8Array {
    return this.bytes.subarray(this.plainAt, this.results[1]);
  }

  /** Hashes `rows` rows; `base` is what their offsets have more than positions. */
  hashRows(rows: number, base: number): void {
    this.run.hashRows(OFFSETS_AT, LENGTHS_AT, rows, this.input - base, HASHES_AT);
  }
}

/** Of the column at `at`. */
function noteAt(at: number, note: number): number {
  return at + COLUMN.notes + note * NOTE_BYTES;
}

function placeOf(column: number): number {
  return COLUMNS_AT + column * COLUMN_BYTES;
}
