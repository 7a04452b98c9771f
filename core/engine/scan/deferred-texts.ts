/**
 * The texts of one deferred column, a batch of rows at a time: found in the kernel's table, or else by the runtime, and written to the
 * column. Places in the dictionary follow from the rows alone, not from what is known: they are given in the order of the rows.
 */
import { TextBuffer } from '../columns/text-buffer.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ScanColumn } from './scan-column.ts';
import { TEXT, type ScanRuntime } from './scan-runtime.ts';
import type { PlainRule } from './text-check.ts';
import type { TextTables } from './text-tables.ts';

/** Rows whose texts are noted: where the first of them is among all, and its note. */
interface NotedRows {
  readonly rows: number;
  readonly firstRow: number;
  readonly note: number;
}

export class DeferredTexts {
  private readonly runtime: ScanRuntime;
  private readonly kernel: Kernel;
  private readonly column: ScanColumn;
  private readonly table: number;
  private readonly buffer: TextBuffer;
  private readonly notes: Int32Array;
  private readonly rule: PlainRule | null;
  private readonly tables: TextTables;
  private readonly entered: Uint8Array;
  /** Of the batch: its first row, and the position that its notes count from. */
  private firstRow = 0;
  private from = 0;
  /** The first row whose text is not written. */
  private next = 0;
  /** Of the rows at hand: how many are done, and texts in them. */
  private row = 0;
  private count = 0;

  constructor(runtime: ScanRuntime, tables: TextTables, column: ScanColumn, table: number) {
    const { kernel } = tables;
    const buffer = runtime.buffers[column.index];
    const notes = kernel.notes[table];
    if (!(buffer instanceof TextBuffer) || notes === undefined) throw new RangeError('no column of texts');
    this.runtime = runtime;
    this.tables = tables;
    this.kernel = kernel;
    this.column = column;
    this.table = table;
    this.buffer = buffer;
    this.notes = notes;
    this.rule = runtime.plainRule(column.index);
    this.entered = tables.entered[table] as Uint8Array;
  }

  /** A batch begins with the row `firstRow`; its notes will count from the position `from`. */
  begin(firstRow: number, from: number): void {
    this.firstRow = firstRow;
    this.from = from;
    this.next = firstRow;
  }

  /** Writes the texts of the rows before `end` that are not written yet; gives the first row whose text is refused, `end` without one. */
  settle(end: number): number {
    if (this.next >= end) return end;
    const { buffer, kernel, next } = this;
    const rows: NotedRows = { rows: end - next, firstRow: next, note: next - this.firstRow };
    const base = buffer.count;
    this.row = 0;
    this.count = 0;
    if (buffer.dictionaryValues < 0) this.settleKnown(rows, base);
    if (buffer.dictionaryValues >= 0) this.settlePlain(rows, base);
    const indexed = buffer.dictionaryValues < 0 ? this.count : Math.max(0, buffer.dictionaryValues - base);
    if (indexed > 0) buffer.indexes.set(kernel.places.subarray(0, indexed), base);
    buffer.count = base + this.count;
    buffer.nulls.append(kernel.nulls, this.row - this.count);
    this.next += this.row;
    return this.next;
  }

  /**
   * Takes the row out, up to which every column is settled; `end` is behind the last row. What the dictionary has stays there: the rows
   * behind it have the places that they would have if they were settled once more.
   */
  remove(row: number, end: number): void {
    const { buffer, notes, firstRow } = this;
    notes.copyWithin((row - firstRow) * 2, (row + 1 - firstRow) * 2, (end - firstRow) * 2);
    if (this.next <= row) return;
    if (buffer.remove(row)) {
      this.next -= 1;
    } else {
      buffer.cut(row);
      this.next = row;
    }
  }

  /** Up to the last row, one that is refused, or one that leaves the dictionary. */
  private settleKnown(batch: NotedRows, base: number): void {
    const { buffer, kernel, table } = this;
    const { rows, firstRow, note } = batch;
    this.followGeneration();
    const group = buffer.known.rowGroup;
    const misses = kernel.find(table, note, rows, group, firstRow);
    let count = kernel.count;
    let removed = 0;
    for (let miss = 0; ; miss += 1) {
      miss = kernel.place(table, note, group, miss, misses, removed, buffer.dictionaryEntries, buffer.entriesWithin(rows));
      const texts = kernel.placedTexts();
      if (texts.length > 0) buffer.adopt(texts);
      if (miss === misses) break;
      this.row = kernel.misses[miss * 2] as number;
      this.count = (kernel.misses[miss * 2 + 1] as number) - removed;
      const place = this.read(batch, base);
      if (place === TEXT.NULL) {
        this.insertNull(firstRow, rows - count, count);
        count -= 1;
        removed += 1;
      } else if (place === TEXT.PLAIN) {
        this.row += 1;
        this.count += 1;
        return;
      } else if (place < 0) {
        return;
      } else {
        kernel.places[this.count] = place;
      }
    }
    this.row = rows;
    this.count = count;
  }

  private settlePlain(batch: NotedRows, base: number): void {
    const { kernel, notes } = this;
    for (; this.row < batch.rows; this.row += 1) {
      this.takePlain(batch);
      if (this.row === batch.rows) return;
      const place = (notes[(batch.note + this.row) * 2 + 1] as number) < 0 ? TEXT.NULL : this.read(batch, base);
      if (place === TEXT.NULL) kernel.nulls[this.row - this.count] = batch.firstRow + this.row;
      else if (place === TEXT.PLAIN) this.count += 1;
      else return;
    }
  }

  /** Goes on as long as texts are plain and good. */
  private takePlain({ rows, firstRow, note }: NotedRows): void {
    const { kernel, rule, notes, buffer, from } = this;
    if (rule === null) return;
    const stop = kernel.plain(this.table, note, this.row, rows, this.count, firstRow, rule.most, rule.lengths);
    const { source } = this.runtime;
    let written = 0;
    for (; this.row < stop; this.row += 1) {
      const place = (note + this.row) * 2;
      const length = notes[place + 1] as number;
      if (length < 0) continue;
      const at = from + ((notes[place] as number) >>> 1);
      if (!rule.check(source, at, at + length)) break;
      this.count += 1;
      written += 4 + length;
    }
    buffer.plain.appendAll(kernel.plainTexts().subarray(0, written));
  }

  /** The text of the row at hand: its place, or one of TEXT; NULL only where the column may be that. */
  private read({ note }: NotedRows, base: number): number {
    const { notes, runtime, column, buffer } = this;
    const start = notes[(note + this.row) * 2] as number;
    const length = notes[(note + this.row) * 2 + 1] as number;
    const at = this.from + (start >>> 1);
    const place = runtime.laterText(column.index, at, at + length, (start & 1) === 1, base + this.count);
    if (place === TEXT.NULL && !column.mayBeNull) return TEXT.REFUSED;
    if (place < 0) return place;
    // Only a text whose own bytes are known is the same wherever it stands.
    const entry = buffer.known.findRaw(runtime.view, at, at + length);
    if (entry >= 0 && buffer.known.placeOf(entry) === place) this.enter(start >>> 1, length, buffer.known.numberOf(entry));
    return place;
  }

  private enter(from: number, length: number, number: number): void {
    const { kernel, table, entered } = this;
    if (entered[number] === 0) kernel.enter(table, from, length, number);
    entered[number] = 1;
  }

  /** The row at hand is NULL after all: its place goes, those behind it move up. */
  private insertNull(firstRow: number, nullCount: number, count: number): void {
    const { places, nulls } = this.kernel;
    places.copyWithin(this.count, this.count + 1, count);
    const at = this.row - this.count;
    nulls.copyWithin(at + 1, at, nullCount);
    nulls[at] = firstRow + this.row;
  }

  /** Texts that were forgotten have no numbers any more. */
  private followGeneration(): void {
    const { tables, table, entered } = this;
    const { generation } = this.buffer.known;
    if (generation === tables.generations[table]) return;
    this.kernel.clearTable(table);
    entered.fill(0);
    tables.generations[table] = generation;
  }
}
