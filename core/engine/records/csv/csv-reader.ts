/**
 * CSV: skipped rows, control record, header, records, comments and blank lines, in one sequential reading.
 *
 * Recovery is one rule: where a quoted field is not closed, or a closing quote is followed by neither delimiter nor line
 * end, or a record over several physical lines has a wrong number of fields, only its first physical line is refused and
 * reading goes on at the next line.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { findLineEnd, type LineEnd } from '../../bytes/line-end.ts';
import { fileFinding } from '../../findings/file-finding.ts';
import type { EngineLimits } from '../../limits.ts';
import type { RecordFault } from '../../values/raw-cells.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { tooLongFault } from '../record-faults.ts';
import { fieldCountFault, unparsableCsvFault } from './csv-faults.ts';
import { firstLineOf, lineEndWithin, type LineKind, type LongLine } from './csv-line.ts';
import { roleOfRecord } from './trailer.ts';
import { scanDialect } from './csv-dialect.ts';
import { CsvFields } from './csv-fields.ts';
import { CsvScanner } from './csv-scanner.ts';
import { planFromHeader, planWithoutHeader, type FieldPlan } from './field-plan.ts';

type Stage = 'skipped_rows' | 'control_record' | 'header' | 'records';
export class CsvReader implements RecordReader {
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  /** Keeps nothing from one record to the next. */
  readonly scanner: CsvScanner;
  private readonly fields: CsvFields;
  private readonly comment: Buffer | null;
  private readonly hasTrailer: boolean;
  private stage: Stage;
  private rowsToSkip: number;
  /** Which field is which column; known once the header was read. */
  plan: FieldPlan;
  /** 1-based line of the next byte. */
  line = 1;
  /** Where a line is passed over that is too long. */
  longLine: LongLine | null = null;
  /** Records are split and held unread since the header does not fit. */
  headerFailed = false;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    const dialect = scanDialect(spec.source.csv);
    this.spec = spec;
    this.limits = limits;
    this.sink = sink;
    this.scanner = new CsvScanner(dialect, limits);
    this.fields = new CsvFields(this.scanner, dialect, spec);
    this.comment = spec.source.csv.comment === null ? null : Buffer.from(spec.source.csv.comment, 'utf8');
    this.hasTrailer = spec.control_file?.type === 'trailer';
    this.rowsToSkip = spec.source.csv.skip_rows;
    this.stage = 'skipped_rows';
    this.plan = planWithoutHeader(spec);
    this.enterNextStage();
  }

  get untoldFrom(): number | null {
    return this.longLine?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    let position = 0;
    while (position < window.bytes.length) {
      const next = this.readOne(window, position);
      if (next <= position) {
        return position;
      }
      position = next;
    }
    this.endLongLine(window, position);
    if (window.final && this.stage === 'header' && !this.headerFailed) {
      this.headerFailed = true;
      this.sink.failFile(fileFinding('HEADER_MISMATCH', 'The file has no header.', { expected: 'a header' }));
    }
    return position;
  }

  /** Reads up to the first record: true once the stage of the records is reached. */
  readPreamble(window: ByteWindow): { readonly used: number; readonly done: boolean } {
    let position = 0;
    const isAtRecords = (): boolean => this.stage === 'records' && this.longLine === null;
    while (!isAtRecords() && position < window.bytes.length) {
      const next = this.readOne(window, position);
      if (next <= position) break;
      position = next;
    }
    return { used: position, done: isAtRecords() };
  }

  /** Goes on at a record's start, or within a line that is too long, as another reader of the same file has left it. */
  resume(plan: FieldPlan, headerFailed: boolean, longLine: LongLine | null): void {
    this.stage = 'records';
    this.plan = plan;
    this.headerFailed = headerFailed;
    this.longLine = longLine;
    this.line = 1;
  }

  /** A line that is too long and that the file ends in. */
  endLongLine(window: ByteWindow, position: number): void {
    if (window.final && this.longLine !== null) {
      this.continueLongLine(window, position, this.longLine);
    }
  }

  /** One stretch from `position`, and the index behind it; `position` itself when the window does not hold all of it. */
  readOne(window: ByteWindow, position: number): number {
    if (this.longLine !== null) {
      return this.continueLongLine(window, position, this.longLine);
    }
    if (this.stage === 'skipped_rows') {
      return this.readLineAs('skipped_row', window, position);
    }
    const byte = window.bytes[position];
    if (byte === 10 || byte === 13) {
      return this.readLineAs('blank_line', window, position);
    }
    if (this.comment !== null) {
      const start = window.bytes.subarray(position, position + this.comment.length);
      if (this.comment.equals(start)) {
        return this.readLineAs('comment', window, position);
      }
      if (!window.final && start.length < this.comment.length) {
        return position;
      }
    }
    return this.readRecord(window, position);
  }

  private readLineAs(kind: LineKind, window: ByteWindow, position: number): number {
    const end = lineEndWithin(window, position, this.limits.maxRecordBytes);
    if (end === 'more') {
      return position;
    }
    if (end === 'too_long') {
      this.longLine = { kind, byteOffset: window.base + position, raw: Buffer.alloc(0) };
      return position + this.limits.maxRecordBytes;
    }
    this.sink.nonRecord(kind, window.base + position, end.next - position);
    this.endLine(kind);
    return end.next;
  }

  private endLine(kind: LineKind | 'record'): void {
    this.line += 1;
    if (kind === 'skipped_row') {
      this.rowsToSkip -= 1;
      this.enterNextStage();
    }
  }

  private enterNextStage(): void {
    if (this.rowsToSkip > 0) {
      this.stage = 'skipped_rows';
    } else if (this.stage === 'skipped_rows' && this.spec.control_file?.type === 'header') {
      this.stage = 'control_record';
    } else {
      this.stage = this.stage !== 'header' && this.spec.source.csv.has_header ? 'header' : 'records';
    }
  }

  private continueLongLine(window: ByteWindow, position: number, longLine: LongLine): number {
    const { bytes, base, final } = window;
    const end = findLineEnd(bytes, position, bytes.length, final);
    if (end === undefined) {
      // A CR at the very end waits for the LF that may follow.
      return bytes[bytes.length - 1] === 13 ? bytes.length - 1 : bytes.length;
    }
    this.longLine = null;
    if (longLine.kind === 'record') {
      const byteLength = base + end.contentEnd - longLine.byteOffset;
      this.refuse(longLine.byteOffset, byteLength, longLine.raw, tooLongFault(this.limits));
      this.separator(window, end.contentEnd, end.next);
    } else {
      this.sink.nonRecord(longLine.kind, longLine.byteOffset, base + end.next - longLine.byteOffset);
    }
    this.endLine(longLine.kind);
    return end.next;
  }

  private readRecord(window: ByteWindow, position: number): number {
    const { scanner } = this;
    const outcome = scanner.scan(window.bytes, position, window.final);
    if (outcome === 'more') {
      return position;
    }
    if (outcome !== 'record') {
      return this.recover(window, position, outcome === 'after_quote' ? 'after_quote' : 'unclosed');
    }
    const { contentEnd, next, innerLines, fieldCount } = scanner;
    if (this.stage === 'records') {
      const role = this.hasTrailer ? roleOfRecord(window, next, this.comment) : 'record';
      if (role === 'unknown') {
        return position;
      }
      if (role === 'trailer') {
        return this.readControlRecord('trailer', window, position);
      }
      if (fieldCount !== this.plan.fieldCount && innerLines > 0) {
        return this.recover(window, position, 'unclosed');
      }
      this.judge(window, position);
      this.separator(window, contentEnd, next);
    } else if (this.stage === 'control_record') {
      return this.readControlRecord('header', window, position);
    } else {
      this.readHeader(window, position);
    }
    this.line += innerLines + 1;
    return next;
  }

  private judge(window: ByteWindow, position: number): void {
    const { contentEnd, fieldCount } = this.scanner;
    const raw = window.bytes.subarray(position, contentEnd);
    const byteOffset = window.base + position;
    if (fieldCount !== this.plan.fieldCount) {
      this.refuse(byteOffset, raw.length, raw, fieldCountFault(fieldCount, this.plan.fieldCount));
      return;
    }
    const place = { line: this.line, byteOffset, byteLength: raw.length };
    if (this.headerFailed) {
      this.sink.heldRecord(place);
      return;
    }
    const record = window.bytes.toString('latin1', position, contentEnd);
    this.sink.record(place, raw, this.fields.cellsOf(record, position, this.plan));
  }

  private readHeader(window: ByteWindow, position: number): void {
    const { contentEnd, next } = this.scanner;
    const header = this.fields.allTexts(window.bytes.toString('latin1', position, contentEnd), position);
    this.sink.nonRecord('header', window.base + position, next - position);
    this.enterNextStage();
    if (header === null) {
      this.headerFailed = true;
      this.sink.failFile(fileFinding('HEADER_MISMATCH', 'The header is not text in the declared encoding.'));
      return;
    }
    const reading = planFromHeader(header, this.spec);
    this.plan = reading.plan;
    this.headerFailed = reading.findings.length > 0;
    reading.findings.forEach((finding) => this.sink.failFile(finding));
  }

  private readControlRecord(kind: 'header' | 'trailer', window: ByteWindow, position: number): number {
    const { contentEnd, next, innerLines } = this.scanner;
    const fields = this.fields.allTexts(window.bytes.toString('latin1', position, contentEnd), position);
    this.sink.nonRecord(kind, window.base + position, next - position);
    this.sink.controlRecord(fields ?? []);
    this.line += innerLines + 1;
    if (kind === 'header') {
      this.enterNextStage();
    }
    return next;
  }

  /** Refuses the first physical line of what cannot be read as a record. */
  private recover(window: ByteWindow, position: number, cause: 'after_quote' | 'unclosed'): number {
    const { bytes, base } = window;
    const end = firstLineOf(this.scanner.firstLineEnd, window, position, this.limits.maxRecordBytes);
    if (end === 'more') {
      return position;
    }
    const longest = position + this.limits.maxRecordBytes;
    if (end === 'too_long') {
      this.longLine = { kind: 'record', byteOffset: base + position, raw: Buffer.from(bytes.subarray(position, longest)) };
      return longest;
    }
    const raw = bytes.subarray(position, end.contentEnd);
    if (this.stage === 'header' || this.stage === 'control_record') {
      this.failHeader(window, position, end);
    } else {
      this.refuse(base + position, raw.length, raw, unparsableCsvFault(cause, this.scanner.firstLineEnd >= 0));
      this.separator(window, end.contentEnd, end.next);
    }
    this.line += 1;
    return end.next;
  }

  private failHeader(window: ByteWindow, position: number, end: LineEnd): void {
    this.headerFailed = true;
    this.sink.nonRecord('header', window.base + position, end.next - position);
    this.sink.failFile(fileFinding('HEADER_MISMATCH', 'The header has a quoted field that is not closed.'));
    this.stage = 'records';
  }

  private refuse(byteOffset: number, byteLength: number, raw: Buffer, fault: RecordFault): void {
    this.sink.broken({ line: this.line, byteOffset, byteLength }, raw, fault);
  }

  private separator(window: ByteWindow, from: number, to: number): void {
    if (to > from) {
      this.sink.nonRecord('separator', window.base + from, to - from);
    }
  }
}
