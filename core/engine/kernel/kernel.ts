/**
 * What is done with many rows at once, in WebAssembly: looking up texts and hashing rows. It works on a copy of the bytes that the
 * rows come from, in a memory of its own, which all tables are in as well. Pages of the memory that nobody writes take no room.
 */
import { assemble } from './assemble.ts';
import { HASH_SOURCE } from './hash-source.ts';
import { COLUMN, COLUMN_BYTES, COLUMNS_AT, COUNT_AT, HASHES_AT, LENGTHS_AT, MASKS_AT, MAX_PLACES, MAX_TEXT_BYTES } from './layout.ts';
import { BATCH_ROWS, NULLS_AT, OFFSETS_AT, PLACES_AT, SLOTS } from './layout.ts';
import { TEXT_SOURCE } from './text-source.ts';
import { Instance, Memory, Module, type WasmModule } from './web-assembly.ts';

interface Exports {
  lookUp(
    notes: number,
    row: number,
    rows: number,
    count: number,
    input: number,
    slots: number,
    entries: number,
    out: number,
    nulls: number,
    base: number,
  ): number;
  enter(at: number, length: number, slots: number, entries: number, place: number): void;
  hashRows(offsets: number, lengths: number, rows: number, input: number, out: number): void;
}

const PAGE_BYTES = 65_536;
/** Vectors are read behind the last byte. */
const MARGIN_BYTES = 64;
const WORD = 8;

let compiled: WasmModule | null = null;

export class Kernel {
  /** By column: two words a row, start and length of its text (text-source.ts). */
  readonly notes: readonly Int32Array[];
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  /** Of the last calls: places of texts, rows without one, two words of a hash a row. */
  readonly places: Uint16Array;
  readonly nulls: Int32Array;
  readonly hashes: Int32Array;
  private readonly cells: Int32Array;
  private readonly slots: readonly Uint16Array[];
  private readonly bytes: Uint8Array;
  private readonly inputAt: number;
  /** Where the byte stands that has the position 0. */
  private input = 0;
  private readonly run: Exports;

  /** For `columns` columns of texts and inputs of up to `inputBytes`. */
  constructor(columns: number, inputBytes: number) {
    this.inputAt = Math.ceil((COLUMNS_AT + columns * COLUMN_BYTES) / WORD) * WORD;
    const pages = Math.ceil((this.inputAt + WORD + inputBytes + MARGIN_BYTES) / PAGE_BYTES);
    const memory = new Memory({ initial: pages, maximum: pages });
    const { buffer } = memory;
    compiled ??= new Module(assemble(TEXT_SOURCE + HASH_SOURCE));
    this.run = new Instance(compiled, { js: { memory } }).exports as Exports;
    const places = Array.from({ length: columns }, (_, column) => COLUMNS_AT + column * COLUMN_BYTES);
    this.notes = places.map((at) => new Int32Array(buffer, at + COLUMN.notes, BATCH_ROWS * 2));
    this.slots = places.map((at) => new Uint16Array(buffer, at + COLUMN.slots, SLOTS));
    this.cells = new Int32Array(buffer, COUNT_AT, 1);
    this.places = new Uint16Array(buffer, PLACES_AT, BATCH_ROWS);
    this.nulls = new Int32Array(buffer, NULLS_AT, BATCH_ROWS);
    this.offsets = new Int32Array(buffer, OFFSETS_AT, BATCH_ROWS);
    this.lengths = new Int32Array(buffer, LENGTHS_AT, BATCH_ROWS);
    this.hashes = new Int32Array(buffer, HASHES_AT, BATCH_ROWS * 2);
    this.bytes = new Uint8Array(buffer);
    this.bytes.fill(0xff, MASKS_AT, MASKS_AT + 32);
  }

  /** The bytes [from, to) of the source are what positions point to from now on, `from` is 0. */
  load(source: Buffer, from: number, to: number): void {
    // Bytes are copied by words where both ends of the copy are aligned alike.
    this.input = this.inputAt + ((source.byteOffset + from) % WORD);
    this.bytes.set(source.subarray(from, to), this.input);
  }

  /** No text is in a table any more. */
  clearTables(): void {
    for (const slots of this.slots) slots.fill(0);
  }

  /** Of `count` texts before `row` the places are there: looks up the texts from there on; gives the first row whose text it has not. */
  lookUp(column: number, row: number, rows: number, count: number, firstRow: number): number {
    const at = COLUMNS_AT + column * COLUMN_BYTES;
    const { slots, entries, notes } = COLUMN;
    return this.run.lookUp(at + notes, row, rows, count, this.input, at + slots, at + entries, PLACES_AT, NULLS_AT, firstRow);
  }

  /** Texts that have a place after lookUp(). */
  get count(): number {
    return this.cells[0] as number;
  }

  /** The text gets its place; too long a text, and one with a high place, gets none. */
  enter(column: number, from: number, length: number, place: number): void {
    if (length === 0 || length > MAX_TEXT_BYTES || place >= MAX_PLACES) return;
    const at = COLUMNS_AT + column * COLUMN_BYTES;
    this.run.enter(this.input + from, length, at + COLUMN.slots, at + COLUMN.entries, place);
  }

  /** Hashes `rows` rows; `base` is what their offsets have more than positions. */
  hashRows(rows: number, base: number): void {
    this.run.hashRows(OFFSETS_AT, LENGTHS_AT, rows, this.input - base, HASHES_AT);
  }
}
