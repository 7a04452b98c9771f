/**
 * The rows that are staged, column by column, until their row group is complete: the spec's columns and, behind them, the
 * lineage of each row. A generated scanner writes into the buffers directly; everything else calls stage().
 */
import type { ColumnBuffer } from '../columns/column-buffer.ts';
import { columnBuffer } from '../columns/create-column-buffer.ts';
import { constantTextChunk } from '../columns/constant-text.ts';
import { DeltaColumn } from '../columns/delta-column.ts';
import { FixedBuffer } from '../columns/fixed-buffer.ts';
import { PageWriter } from '../columns/page-writer.ts';
import type { RowGroup } from '../columns/row-group.ts';
import { SparseTexts } from '../columns/sparse-texts.ts';
import { TextBuffer } from '../columns/text-buffer.ts';
import type { Cell, OutputColumn, RecordSpan } from './file-output.ts';
import { rowHash } from './row-hash.ts';

export interface RowOrigin {
  readonly load_id: string;
  readonly file: string;
}

export class StagedRows {
  rows = 0;
  /** The spec's columns. */
  readonly columns: readonly ColumnBuffer[];
  readonly records = new DeltaColumn();
  readonly lines = new DeltaColumn();
  /** From `offsetBase`. */
  readonly offsets = new DeltaColumn();
  readonly lengths = new DeltaColumn();
  readonly hashes = new FixedBuffer({ kind: 'INT64' });
  /** Record, line and offset of the first row, to which the others are relative. */
  recordBase = 0;
  lineBase = 0;
  offsetBase = 0;
  private readonly extras = new SparseTexts();
  private readonly warnings = new SparseTexts();
  private origin: RowOrigin;
  private readonly pages = new PageWriter();

  /** `isUtf8`: the bytes that a scanner looks texts up by are UTF-8. */
  constructor(columns: readonly OutputColumn[], origin: RowOrigin, isUtf8 = true) {
    this.columns = columns.map((column) => columnBuffer(column, isUtf8));
    this.origin = origin;
  }

  /** The rows from now on are of another file of the same columns; there is none at the moment. */
  restart(origin: RowOrigin): void {
    this.origin = origin;
  }

  /** Bytes held in memory, about. */
  get sizeBytes(): number {
    const own = this.columns.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return own + this.rows * 24 + this.extras.sizeBytes + this.warnings.sizeBytes;
  }

  /** The next row starts here, where there is none yet: record, line and offset are kept as distances. */
  begin(record: number, line: number | null, byteOffset: number): void {
    this.recordBase = record;
    this.lineBase = line ?? 0;
    this.offsetBase = byteOffset;
  }

  /** Takes the lineage of a row out, before its hash is made; those behind it move up. */
  removeLineage(row: number): void {
    for (const { values } of [this.records, this.lines, this.offsets, this.lengths]) values.copyWithin(row, row + 1, this.rows);
    this.rows -= 1;
  }

  /** Room for the lineage of `rows` rows in all. */
  reserve(rows: number): void {
    for (const column of [this.records, this.lines, this.offsets, this.lengths]) column.reserve(rows, this.rows);
    this.hashes.reserve(rows);
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    const { rows, columns } = this;
    if (rows === 0) this.begin(span.record, span.line, span.byteOffset);
    for (let index = 0; index < columns.length; index += 1) columns[index]?.append(cells[index] ?? null, rows);
    this.records.set(rows, span.record - this.recordBase);
    this.lines.set(rows, span.line === null ? null : span.line - this.lineBase);
    this.offsets.set(rows, span.byteOffset - this.offsetBase);
    this.lengths.set(rows, span.byteLength);
    this.hashes.append(rowHash(raw), rows);
    this.extras.set(rows, extra);
    this.warnings.set(rows, warnings);
    this.rows = rows + 1;
  }

  /** The row group, which is empty again; null where there is no row. */
  finish(): RowGroup | null {
    const { rows, pages } = this;
    if (rows === 0) {
      // Texts of refused rows are in the dictionary already: they must not show in whatever row group comes next.
      for (const column of this.columns) if (column instanceof TextBuffer) column.clear();
      return null;
    }
    const chunks = [
      ...this.columns.map((column) => column.finish(rows, pages)),
      constantTextChunk(this.origin.load_id, rows, pages),
      constantTextChunk(this.origin.file, rows, pages),
      this.records.finish(rows, this.recordBase, pages),
      this.lines.finish(rows, this.lineBase, pages),
      this.offsets.finish(rows, this.offsetBase, pages),
      this.lengths.finish(rows, 0, pages),
      this.hashes.finish(rows, pages),
      this.extras.finish(rows, pages),
      this.warnings.finish(rows, pages),
    ];
    this.rows = 0;
    return { rows, pages: pages.take(), chunks };
  }
}
