/**
 * What is done with the rows that a scanner took once it has stopped, many at a time: their texts are looked up and written, their
 * hashes made, and what follows them told. A text may be refused here: its row, and those behind it, are given back then, and the
 * general reader goes on with it.
 */
import { TextBuffer } from '../columns/text-buffer.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { BATCH_ROWS } from '../kernel/layout.ts';
import { DeferredTexts } from './deferred-texts.ts';
import type { RowTargets } from './row-targets.ts';
import type { ScanColumn } from './scan-column.ts';
import { EXIT } from './scan-exit.ts';
import type { ScanRuntime } from './scan-runtime.ts';
import { TextTables } from './text-tables.ts';

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
  private readonly kernel: Kernel;
  /** By column of the schema, before the scanner ran: values, and bytes in the PLAIN part. */
  private readonly values: number[];
  private readonly plainBytes: number[];
  private capacity = 0;
  private firstRow = 0;
  /** The bytes behind each of the last records, and how many records have as many. */
  private followBytes = 0;
  private followCount = 0;

  constructor(runtime: ScanRuntime, columns: readonly ScanColumn[], targets: RowTargets, maxRecordBytes: number) {
    this.runtime = runtime;
    this.targets = targets;
    const deferred = columns.filter(({ isDeferred }) => isDeferred);
    const tables = (targets.memory.tables ??= new TextTables(
      deferred.map(({ index }) => runtime.buffers[index]).filter((buffer) => buffer instanceof TextBuffer),
      STEP_BYTES + maxRecordBytes,
    ));
    this.kernel = tables.kernel;
    this.deferred = deferred.map((column, table) => new DeferredTexts(runtime, tables, column, table));
    this.values = columns.map(() => 0);
    this.plainBytes = columns.map(() => 0);
    runtime.notes = columns.map((column) => this.kernel.notes[deferred.indexOf(column)] ?? null);
  }

  /** A range begins: what it becomes follows from its bytes alone. */
  restart(): void {
    this.stepBytes = STEP_BYTES;
  }

  /** The scanner will be called. */
  begin(): void {
    const { runtime } = this;
    const { staged } = this.targets;
    this.firstRow = staged.rows;
    runtime.capacity = staged.rows + BATCH_ROWS;
    if (runtime.capacity > this.capacity) {
      this.capacity = Math.max(runtime.capacity, staged.rows * 2);
      runtime.reserve(this.capacity);
    }
    for (let index = 0; index < runtime.buffers.length; index += 1) {
      const buffer = runtime.buffers[index];
      if (!(buffer instanceof TextBuffer)) continue;
      this.values[index] = buffer.count;
      this.plainBytes[index] = buffer.plain.buffer.length;
    }
  }

  /** The scanner stopped at `position`; gives where it is to be thought to have stopped. */
  end(position: number): number {
    const { runtime, firstRow, kernel } = this;
    const { staged } = this.targets;
    const rows = staged.rows - firstRow;
    if (rows === 0) return position;
    const last = staged.rows - 1;
    const start = this.positionOf(firstRow);
    kernel.load(runtime.source, start, this.positionOf(last) + (staged.lengths.values[last] as number));
    let good = rows;
    for (const column of this.deferred) good = column.settle({ rows: good, firstRow, from: start });
    const stop = good === rows ? position : this.cut(firstRow + good);
    this.stepBytes = good === rows ? Math.min(STEP_BYTES, this.stepBytes * 2) : MIN_STEP_BYTES;
    this.hash(good);
    this.tellFollows(good, stop);
    return stop;
  }

  /** The run of records that are followed alike ends. */
  endFollows(): void {
    if (this.followCount > 0) this.targets.onFollows(this.runtime.record, this.followCount, this.followBytes);
    this.followCount = 0;
  }

  private positionOf(row: number): number {
    const { staged } = this.targets;
    return (staged.offsets.values[row] as number) + staged.offsetBase - this.runtime.base;
  }

  /** Gives the rows from `row` on back; the general reader goes on at the position that it gives. */
  private cut(row: number): number {
    const { runtime, values, plainBytes } = this;
    const { staged, keys } = this.targets;
    keys.giveBack(staged.rows - row);
    for (const buffer of runtime.allBuffers()) {
      buffer.nulls.cut(row);
      if (!(buffer instanceof TextBuffer)) buffer.count = row - buffer.nulls.count;
    }
    for (const [index, buffer] of runtime.buffers.entries()) {
      if (buffer instanceof TextBuffer) buffer.cut(row - buffer.nulls.count, values[index] ?? 0, plainBytes[index] ?? 0);
    }
    runtime.record = staged.recordBase + (staged.records.values[row] as number) - 1;
    runtime.line = staged.lineBase + (staged.lines.values[row] as number);
    runtime.exit = EXIT.GENERAL;
    staged.rows = row;
    return this.positionOf(row);
  }

  private hash(rows: number): void {
    const { kernel, firstRow } = this;
    const { staged } = this.targets;
    const end = firstRow + rows;
    kernel.offsets.set(staged.offsets.values.subarray(firstRow, end));
    kernel.lengths.set(staged.lengths.values.subarray(firstRow, end));
    kernel.hashRows(rows, staged.offsets.values[firstRow] as number);
    staged.hashes.words.set(kernel.hashes.subarray(0, rows * 2), firstRow * 2);
    staged.hashes.count = end;
  }

  /** Rows of one call of a scanner stand one behind the other, with nothing but what follows each in between. */
  private tellFollows(rows: number, stop: number): void {
    const { firstRow, runtime } = this;
    const { staged, onFollows } = this.targets;
    const offsets = staged.offsets.values;
    const lengths = staged.lengths.values;
    const behindLast = stop + runtime.base - staged.offsetBase;
    for (let row = firstRow; row < firstRow + rows; row += 1) {
      const next = row + 1 < firstRow + rows ? (offsets[row + 1] as number) : behindLast;
      const bytes = next - (offsets[row] as number) - (lengths[row] as number);
      if (bytes !== this.followBytes) {
        if (this.followCount > 0) onFollows(runtime.record - (firstRow + rows - row), this.followCount, this.followBytes);
        this.followBytes = bytes;
        this.followCount = 0;
      }
      this.followCount += 1;
    }
  }
}
