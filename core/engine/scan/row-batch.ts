/**
 * What is done with the rows that a scanner took once it has stopped, many at a time: their texts are looked up and written, their
 * hashes made, and what follows them told. A text may be refused here: its row is judged by the general reader and taken out then, or
 * given back with those behind it.
 */
import type { BooleanBuffer } from '../columns/boolean-buffer.ts';
import type { FixedBuffer } from '../columns/fixed-buffer.ts';
import { TextBuffer } from '../columns/text-buffer.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { BATCH_ROWS } from '../kernel/layout.ts';
import { DeferredTexts } from './deferred-texts.ts';
import type { RefusedRow } from './refused-rows.ts';
import type { RowTargets } from './row-targets.ts';
import type { ScanColumn } from './scan-column.ts';
import { EXIT } from './scan-exit.ts';
import type { ScanRuntime } from './scan-runtime.ts';
import { TextTables } from './text-tables.ts';
import { scanBytes } from './wasm/scan-layout.ts';

/**
 * A scanner is called for so many bytes at once: the engine that runs it brings a function to its best form between two calls, hardly
 * ever within one.
 */
const STEP_BYTES = 64 * 1024;
/** After a refused text fewer: what is behind another one is scanned in vain. */
const MIN_STEP_BYTES = 8 * 1024;

export class RowBatch {
  /** Bytes that the scanner is called for next. */
  stepBytes = STEP_BYTES;
  private readonly runtime: ScanRuntime;
  private readonly targets: RowTargets;
  private readonly deferred: readonly DeferredTexts[];
  readonly kernel: Kernel;
  private capacity = 0;
  private firstRow = 0;
  /** The bytes behind each of the last records, and how many records have as many. */
  private followBytes = 0;
  private followCount = 0;
  private lastRecord = 0;
  /** Where the scanner began, and how many rows that it passed over are judged. */
  private from = 0;
  private noted = 0;
  /** A row can be taken out of the middle: no text is in a column before its row is settled. */
  private readonly isRemovable: boolean;
  private readonly texts: readonly TextBuffer[];
  private readonly others: readonly (FixedBuffer | BooleanBuffer)[];

  constructor(runtime: ScanRuntime, columns: readonly ScanColumn[], targets: RowTargets, maxRecordBytes: number) {
    this.runtime = runtime;
    this.targets = targets;
    const deferred = columns.filter(({ isDeferred }) => isDeferred);
    const tables = (targets.memory.tables ??= new TextTables(
      deferred.map(({ index }) => runtime.buffers[index]).filter((buffer) => buffer instanceof TextBuffer),
      STEP_BYTES + maxRecordBytes,
      scanBytes(columns),
    ));
    this.kernel = tables.kernel;
    this.deferred = deferred.map((column, table) => new DeferredTexts(runtime, tables, column, table));
    this.isRemovable = columns.every(({ kind, isDeferred }) => isDeferred || kind !== 'text');
    const buffers = runtime.allBuffers();
    this.texts = buffers.filter((buffer) => buffer instanceof TextBuffer);
    this.others = buffers.filter((buffer) => !(buffer instanceof TextBuffer));
    runtime.notes = columns.map((column) => this.kernel.notes[deferred.indexOf(column)] ?? null);
  }

  /** A range begins: what it becomes follows from its bytes alone. */
  restart(): void {
    this.stepBytes = STEP_BYTES;
    this.runtime.refused?.restart();
  }

  /** The scanner will be called, from `position` on. */
  begin(position: number): void {
    const { runtime } = this;
    const { staged } = this.targets;
    this.kernel.unload();
    this.from = position;
    this.firstRow = staged.rows;
    runtime.notedFrom = position;
    runtime.firstRow = staged.rows;
    runtime.capacity = staged.rows + BATCH_ROWS;
    if (runtime.capacity > this.capacity) {
      this.capacity = Math.max(runtime.capacity, staged.rows * 2);
      runtime.reserve(this.capacity);
    }
    for (const column of this.deferred) column.begin(staged.rows, position);
    for (const buffer of this.texts) buffer.mark();
  }

  /** The scanner stopped at `position`; gives where it goes on in this batch, below zero where it does not: behind a row that is judged later. */
  passOver(position: number): number {
    const { runtime } = this;
    const { refused } = runtime;
    if (refused === null || runtime.exit !== EXIT.GENERAL) return -1;
    const end = refused.note(position, this.targets.staged.rows, runtime.record, runtime.line);
    if (end < 0) return -1;
    runtime.record += 1;
    runtime.line += refused.passedLines;
    return end;
  }

  /** The scanner stopped at `position` for good; gives where it is to be thought to have stopped. */
  end(position: number): number {
    const { runtime, firstRow, kernel } = this;
    const { staged } = this.targets;
    if (staged.rows > firstRow) {
      const last = staged.rows - 1;
      const end = this.positionOf(last) + (staged.lengths.values[last] as number);
      if (!kernel.holds(this.from, end)) kernel.load(runtime.source, this.from, end);
    }
    this.stepBytes = Math.min(STEP_BYTES, this.stepBytes * 2);
    const stop = this.settleAll(position);
    this.noted = 0;
    runtime.refused?.clear();
    this.hash();
    return stop;
  }

  /** The run of records that are followed alike ends. */
  endFollows(): void {
    if (this.followCount > 0) this.targets.onFollows(this.lastRecord, this.followCount, this.followBytes);
    this.followCount = 0;
  }

  /** From one row that is refused to the next. */
  private settleAll(position: number): number {
    const { staged } = this.targets;
    for (let first = this.firstRow; ;) {
      let end = staged.rows;
      for (const column of this.deferred) end = column.settle(end);
      const isRefused = end < staged.rows;
      const cut = this.judgeNoted(first, end, isRefused ? this.positionOf(end) : position);
      if (cut >= 0) return cut;
      if (!isRefused) return position;
      if (!this.refuse(end)) {
        this.stepBytes = MIN_STEP_BYTES;
        return this.cut(this.rowAt(end));
      }
      this.remove(end);
      first = end;
    }
  }

  /** Tells what follows the rows [first, end), and judges those that were passed over between them; below zero, or where a good one begins. */
  private judgeNoted(first: number, end: number, stop: number): number {
    const { refused } = this.runtime;
    let from = first;
    for (; refused !== null && this.noted < refused.count; this.noted += 1) {
      if (refused.rowOf(this.noted) > end) break;
      const row = refused.at(this.noted);
      this.tellFollows(from, row.row, row.position);
      this.endFollows();
      from = row.row;
      if (!refused.refuse(row)) return this.cut(row);
    }
    this.tellFollows(from, end, stop);
    return -1;
  }

  /** A staged row whose text is refused: false where the reader has to go on with it. */
  private refuse(row: number): boolean {
    const { refused } = this.runtime;
    if (refused === null || !this.isRemovable) return false;
    this.endFollows();
    return refused.refuse(this.rowAt(row));
  }

  private rowAt(row: number): RefusedRow {
    const { staged } = this.targets;
    const record = staged.recordBase + (staged.records.values[row] as number);
    return { row, position: this.positionOf(row), record, line: staged.lineBase + (staged.lines.values[row] as number) };
  }

  /** Takes a row out whose text is refused. */
  private remove(row: number): void {
    const { staged } = this.targets;
    for (const buffer of this.others) buffer.remove(row);
    for (const column of this.deferred) column.remove(row, staged.rows);
    staged.removeLineage(row);
    this.runtime.refused?.moveUp(this.noted);
  }

  private positionOf(row: number): number {
    const { staged } = this.targets;
    return (staged.offsets.values[row] as number) + staged.offsetBase - this.runtime.base;
  }

  /** Gives the rows from this one on back; the general reader goes on at the position that it gives. */
  private cut({ row, position, record, line }: RefusedRow): number {
    const { runtime } = this;
    const { staged, keys } = this.targets;
    keys.giveBack(staged.rows - row);
    for (const buffer of this.others) {
      buffer.nulls.cut(row);
      buffer.count = row - buffer.nulls.count;
    }
    for (const buffer of this.texts) buffer.cut(row);
    runtime.record = record - 1;
    runtime.line = line;
    runtime.exit = EXIT.GENERAL;
    staged.rows = row;
    return position;
  }

  private hash(): void {
    const { kernel, firstRow, runtime } = this;
    const { staged } = this.targets;
    const end = staged.rows;
    if (end === firstRow) return;
    kernel.offsets.set(staged.offsets.values.subarray(firstRow, end));
    kernel.lengths.set(staged.lengths.values.subarray(firstRow, end));
    kernel.hashRows(end - firstRow, this.from + runtime.base - staged.offsetBase);
    staged.hashes.words.set(kernel.hashes.subarray(0, (end - firstRow) * 2), firstRow * 2);
    staged.hashes.count = end;
  }

  /** Rows [first, end) stand one behind the other, with nothing but what follows each in between. */
  private tellFollows(first: number, end: number, stop: number): void {
    const { staged } = this.targets;
    const offsets = staged.offsets.values;
    const lengths = staged.lengths.values;
    const behindLast = stop + this.runtime.base - staged.offsetBase;
    for (let row = first; row < end; row += 1) {
      const next = row + 1 < end ? (offsets[row + 1] as number) : behindLast;
      const bytes = next - (offsets[row] as number) - (lengths[row] as number);
      if (bytes !== this.followBytes) {
        this.endFollows();
        this.followBytes = bytes;
      }
      this.followCount += 1;
      this.lastRecord = staged.recordBase + (staged.records.values[row] as number);
    }
  }
}
