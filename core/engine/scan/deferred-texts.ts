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

/** A batch: where its first row is among all, and the position that its notes count from. */
export interface NotedRows {
  readonly rows: number;
  readonly firstRow: number;
  readonly from: number;
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
  /** Of the batch at hand: rows that are done, and texts in them. */
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

  /** Its place in the schema. */
  get index(): number {
    return this.column.index;
  }

  /** Writes the texts of the rows; gives how many rows it took, fewer where the text of the next one is refused. */
  settle(batch: NotedRows): number {
    const { buffer, kernel } = this;
    const base = buffer.count;
    this.row = 0;
    this.count = 0;
    if (buffer.dictionaryValues < 0) this.settleKnown(batch, base);
    if (buffer.dictionaryValues >= 0) this.settlePlain(batch, base);
    const indexed = buffer.dictionaryValues < 0 ? this.count : Math.max(0, buffer.dictionaryValues - base);
    if (indexed > 0) buffer.indexes.set(kernel.places.subarray(0, indexed), base);
    buffer.count = base + this.count;
    buffer.nulls.append(kernel.nulls, this.row - this.count);
    return this.row;
  }

  /** Up to the last row, one that is refused, or one that leaves the dictionary. */
  private settleKnown(batch: NotedRows, base: number): void {
    const { buffer, kernel, table } = this;
    const { rows, firstRow } = batch;
    this.followGeneration();
    const group = buffer.known.rowGroup;
    const misses = kernel.find(table, rows, group, firstRow);
    let count = kernel.count;
    let removed = 0;
    for (let miss = 0; ; miss += 1) {
      miss = kernel.place(table, group, miss, misses, removed, buffer.dictionaryEntries, buffer.entriesWithin(rows));
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
      const place = (notes[this.row * 2 + 1] as number) < 0 ? TEXT.NULL : this.read(batch, base);
      if (place === TEXT.NULL) kernel.nulls[this.row - this.count] = batch.firstRow + this.row;
      else if (place === TEXT.PLAIN) this.count += 1;
      else return;
    }
  }

  /** Goes on as long as texts are plain and good. */
  private takePlain({ rows, firstRow, from }: NotedRows): void {
    const { kernel, rule, notes, buffer } = this;
    if (rule === null) return;
    const stop = kernel.plain(this.table, this.row, rows, this.count, firstRow, rule.most, rule.lengths);
    const { source } = this.runtime;
    let written = 0;
    for (; this.row < stop; this.row += 1) {
      const length = notes[this.row * 2 + 1] as number;
      if (length < 0) continue;
      const at = from + ((notes[this.row * 2] as number) >>> 1);
      if (!rule.check(source, at, at + length)) break;
      this.count += 1;
      written += 4 + length;
    }
    buffer.plain.appendAll(kernel.plainTexts().subarray(0, written));
  }

  /** The text of the row at hand: its place, or one of TEXT; NULL only where the column may be that. */
  private read({ from }: NotedRows, base: number): number {
    const { notes, runtime, column, buffer } = this;
    const start = notes[this.row * 2] as number;
    const length = notes[this.row * 2 + 1] as number;
    const at = from + (start >>> 1);
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
