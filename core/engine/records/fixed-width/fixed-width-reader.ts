/**
 * Fixed width: one record a line, whose columns stand at fixed characters. Skipped rows, header, control records, blank
 * lines and comments are told as in CSV. A line is as long as the layout; only blanks may follow.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { findLineEnd, type LineEnd } from '../../bytes/line-end.ts';
import { fileFinding } from '../../findings/file-finding.ts';
import type { EngineLimits } from '../../limits.ts';
import type { NonRecordKind } from '../../output/file-output.ts';
import { roleOfRecord } from '../csv/trailer.ts';
import { readPieces } from '../read-pieces.ts';
import { tooLongFault } from '../record-faults.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { FixedLayout } from './fixed-layout.ts';

type Stage = 'skipped_rows' | 'control_record' | 'header' | 'records';
type LineKind = Extract<NonRecordKind, 'skipped_row' | 'blank_line' | 'comment' | 'header' | 'trailer'>;

/** A line longer than maxRecordBytes, passed over without being kept. */
interface LongLine {
  readonly kind: LineKind | 'record';
  readonly byteOffset: number;
  /** The first maxRecordBytes of a record. */
  readonly raw: Buffer;
}

export class FixedWidthReader implements RecordReader {
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly layout: FixedLayout;
  private readonly comment: Buffer | null;
  private readonly hasTrailer: boolean;
  private stage: Stage = 'skipped_rows';
  private rowsToSkip: number;
  private line = 1;
  private longLine: LongLine | null = null;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    const { skip_rows: rowsToSkip, comment } = spec.source.csv;
    this.spec = spec;
    this.limits = limits;
    this.sink = sink;
    this.layout = new FixedLayout(spec);
    this.comment = comment === null ? null : Buffer.from(comment, 'utf8');
    this.hasTrailer = spec.control_file?.type === 'trailer';
    this.rowsToSkip = rowsToSkip;
    this.enterNextStage();
  }

  get untoldFrom(): number | null {
    return this.longLine?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    const position = readPieces(window, (each, at) => this.readOne(each, at));
    if (window.final && this.longLine !== null) {
      this.continueLongLine(window, position, this.longLine);
    }
    if (window.final && this.stage === 'header') {
      this.stage = 'records';
      this.sink.failFile(fileFinding('HEADER_MISMATCH', 'The file has no header.', { expected: 'a header' }));
    }
    return position;
  }

  private readOne(window: ByteWindow, position: number): number {
    if (this.longLine !== null) {
      return this.continueLongLine(window, position, this.longLine);
    }
    const kind = this.kindOfLine(window, position);
    if (kind === 'unknown') {
      return position;
    }
    const end = this.lineEnd(window, position);
    if (end === 'more') {
      return position;
    }
    const longest = position + this.limits.maxRecordBytes;
    if (end === 'too_long') {
      const raw = kind === 'record' ? Buffer.from(window.bytes.subarray(position, longest)) : Buffer.alloc(0);
      this.longLine = { kind, byteOffset: window.base + position, raw };
      return longest;
    }
    if (kind === 'record' && !this.readRecord(window, position, end)) {
      return position;
    }
    if (kind !== 'record') {
      this.readControlRecord(kind, window.bytes.subarray(position, end.contentEnd));
      this.sink.nonRecord(kind, window.base + position, end.next - position);
    }
    this.endLine(kind);
    return end.next;
  }

  /** Unknown where the window may not show a whole comment mark. */
  private kindOfLine({ bytes, final }: ByteWindow, position: number): LineKind | 'record' | 'unknown' {
    if (this.stage === 'skipped_rows') {
      return 'skipped_row';
    }
    if (bytes[position] === 10 || bytes[position] === 13) {
      return 'blank_line';
    }
    if (this.comment !== null) {
      const start = bytes.subarray(position, position + this.comment.length);
      if (this.comment.equals(start)) {
        return 'comment';
      }
      if (!final && start.length < this.comment.length) {
        return 'unknown';
      }
    }
    return this.stage === 'records' ? 'record' : 'header';
  }

  private lineEnd({ bytes, final }: ByteWindow, position: number): LineEnd | 'more' | 'too_long' {
    const longest = position + this.limits.maxRecordBytes;
    const end = findLineEnd(bytes, position, Math.min(bytes.length, longest), final);
    if (end !== undefined) {
      return end;
    }
    return longest < bytes.length && bytes[longest] !== 13 ? 'too_long' : 'more';
  }

  /** false where the window does not show whether it is the trailer. */
  private readRecord(window: ByteWindow, position: number, end: LineEnd): boolean {
    const role = this.hasTrailer ? roleOfRecord(window, end.next, this.comment) : 'record';
    if (role === 'unknown') {
      return false;
    }
    const raw = window.bytes.subarray(position, end.contentEnd);
    if (role === 'trailer') {
      this.readControlRecord('trailer', raw);
      this.sink.nonRecord('trailer', window.base + position, end.next - position);
      return true;
    }
    const place = { line: this.line, byteOffset: window.base + position, byteLength: raw.length };
    const cells = this.layout.cellsOf(raw);
    if ('code' in cells) {
      this.sink.broken(place, raw, cells);
    } else {
      this.sink.record(place, raw, cells);
    }
    this.separator(window, end.contentEnd, end.next);
    return true;
  }

  /** The stretches that the control file's keys name, each as `from-to=text`. */
  private readControlRecord(kind: LineKind, raw: Buffer): void {
    const control = this.spec.control_file;
    if (control === null || (kind === 'header' ? this.stage !== 'control_record' : kind !== 'trailer')) {
      return;
    }
    const named = [control.row_count, control.checksum, control.business_date, ...control.totals.map(({ field }) => field)];
    const places = named.filter((place) => place !== null);
    this.sink.controlRecord(places.map((place) => `${place}=${this.layout.textAt(raw, place)}`));
  }

  private endLine(kind: LineKind | 'record'): void {
    this.line += 1;
    if (kind === 'skipped_row') {
      this.rowsToSkip -= 1;
    }
    if (kind === 'skipped_row' || kind === 'header') {
      this.enterNextStage();
    }
  }

  private enterNextStage(): void {
    if (this.rowsToSkip > 0) {
      return;
    }
    if (this.stage === 'skipped_rows' && this.spec.control_file?.type === 'header') {
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
    const { kind, byteOffset, raw } = longLine;
    if (kind === 'record') {
      const byteLength = base + end.contentEnd - byteOffset;
      this.sink.broken({ line: this.line, byteOffset, byteLength }, raw, tooLongFault(this.limits));
      this.separator(window, end.contentEnd, end.next);
    } else {
      this.sink.nonRecord(kind, byteOffset, base + end.next - byteOffset);
    }
    this.endLine(kind);
    return end.next;
  }

  private separator(window: ByteWindow, from: number, to: number): void {
    if (to > from) {
      this.sink.nonRecord('separator', window.base + from, to - from);
    }
  }
}
