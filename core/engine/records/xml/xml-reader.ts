/**
 * XML: the rows are elements of one name anywhere below the root; the document is never in memory as a whole. A row that
 * is not well-formed costs itself as long as its end tag is there; a fault around the rows ends the reading.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { tooLongFault, unparsableFault } from '../record-faults.ts';
import { readPieces } from '../read-pieces.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { Stretches } from '../stretches.ts';
import { RowScan } from './row-scan.ts';
import { XmlColumns } from './xml-columns.ts';
import { XmlOutline } from './xml-outline.ts';
import type { LongRow, XmlPlace } from './xml-place.ts';
import { parseXmlRow } from './xml-row-parser.ts';
import { tagName, xmlTokenAt } from './xml-token.ts';
import { XmlFault, type XmlElement } from './xml-tree.ts';

export class XmlReader implements RecordReader {
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly decode: DecodeText;
  readonly outline: XmlOutline;
  private readonly columns: XmlColumns;
  readonly stretches: Stretches;
  private scan: RowScan | null = null;
  private long: LongRow | null = null;
  private isUnreadable = false;
  /** A row begins where the reading stands, and has not been read. */
  private isBeforeRow = false;
  /** What was read last is a row, from its first byte to its last. */
  hasReadRow = false;
  private stopsBeforeRow = false;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.limits = limits;
    this.sink = sink;
    this.decode = decoderOf(spec.source.encoding);
    this.outline = new XmlOutline(spec, limits);
    this.columns = new XmlColumns(spec, limits);
    this.stretches = new Stretches(sink);
  }

  get untoldFrom(): number | null {
    return this.long?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    const waiting = readPieces(window, (at, position) => this.readOne(at, position));
    return this.finish(window, waiting);
  }

  /** Reads up to the first row: true once it is reached. */
  readPreamble(window: ByteWindow): { readonly used: number; readonly done: boolean } {
    this.stopsBeforeRow = true;
    this.isBeforeRow = false;
    const used = readPieces(window, (at, position) => this.readOne(at, position));
    this.stopsBeforeRow = false;
    this.stretches.flush();
    return { used, done: this.isBeforeRow };
  }

  /** No row is being read, and there is something left to read. */
  get isBetweenRows(): boolean {
    return this.scan === null && !this.isUnreadable;
  }

  /** Only between two pieces: not within a row, but for one that is too long. */
  place(): XmlPlace {
    const { scan, long, isUnreadable, stretches } = this;
    // The next reader counts lines from here.
    const moved = long === null ? null : { ...long, line: long.line - (stretches.line - 1) };
    const row = long === null || scan === null ? null : { tag: scan.rowTag, depth: scan.depth };
    return { ...this.outline.place(), isUnreadable, afterCr: stretches.afterCr, long: moved, row };
  }

  /** Goes on where another reader of the same file has left it; before that the file has `linesBefore` line ends. */
  resume(place: XmlPlace, linesBefore: number): void {
    this.outline.resume(place);
    this.isUnreadable = place.isUnreadable;
    this.stretches.restart(linesBefore, place.afterCr);
    this.long = place.long;
    this.scan = place.row === null ? null : new RowScan(place.row.tag, this.limits.maxRecordBytes, place.row.depth);
  }

  /** Tells what is still to be told; with `final` the file ends here. */
  finish(window: ByteWindow, waiting: number): number {
    const position = window.final ? this.atEnd(window, waiting) : waiting;
    this.stretches.flush();
    return position;
  }

  readOne(window: ByteWindow, position: number): number {
    this.hasReadRow = false;
    if (this.isUnreadable) {
      this.stretches.pass('unread', window, position, window.bytes.length);
      return window.bytes.length;
    }
    try {
      return this.scan === null ? this.readToken(window, position) : this.readRow(window, position, this.scan);
    } catch (error) {
      if (error instanceof XmlFault) {
        return this.giveUp(error.message, window, position);
      }
      throw error;
    }
  }

  private readToken(window: ByteWindow, position: number): number {
    const { bytes, final } = window;
    const token = xmlTokenAt(bytes, position, final);
    // A text is read whole, up to the next tag, so that what it says does not depend on the window.
    const isWhole = token !== undefined && (token.kind !== 'text' || token.end < bytes.length || final);
    if ((isWhole ? token.end : bytes.length) - position > this.limits.maxRecordBytes) {
      throw new XmlFault('A piece of the document outside its rows is too long.', 0);
    }
    if (!isWhole) {
      return position;
    }
    if (this.outline.token(token.kind, bytes.toString('latin1', position, token.end))) {
      this.isBeforeRow = this.stopsBeforeRow;
      if (this.isBeforeRow) return position;
      this.stretches.flush();
      this.scan = new RowScan(tagName(bytes, position, token.end), this.limits.maxRecordBytes);
      return this.readRow(window, position, this.scan);
    }
    this.stretches.pass('markup', window, position, token.end);
    return token.end;
  }

  private readRow(window: ByteWindow, position: number, scan: RowScan): number {
    const { bytes, base } = window;
    const { maxRecordBytes } = this.limits;
    if (this.long !== null) {
      scan.scanned = 0;
      return this.passLong(window, position, scan, scan.advance(bytes, position), this.long);
    }
    const length = scan.advance(bytes, position);
    if (scan.isLost || (length ?? bytes.length - position) > maxRecordBytes) {
      const raw = Buffer.from(bytes.subarray(position, position + maxRecordBytes));
      this.long = { line: this.stretches.line, byteOffset: base + position, raw };
      return this.passLong(window, position, scan, length, this.long);
    }
    if (length === undefined) {
      return position;
    }
    const place = { line: this.stretches.line, byteOffset: base + position, byteLength: length };
    this.judge(place, bytes.subarray(position, position + length));
    this.hasReadRow = true;
    return this.rowEnded(window, position, length);
  }

  private judge(place: { line: number; byteOffset: number; byteLength: number }, raw: Buffer): void {
    const row = this.parse(raw);
    if (row instanceof XmlFault) {
      this.sink.broken(place, raw, unparsableFault('a well-formed element', row.message, row.at));
    } else {
      this.sink.record(place, raw, this.columns.cellsOf(row, raw.toString('latin1')));
    }
  }

  private parse(raw: Buffer): XmlElement | XmlFault {
    try {
      return parseXmlRow(raw, { decode: this.decode, scope: this.outline.scope, maxDepth: this.limits.maxDepth });
    } catch (error) {
      if (error instanceof XmlFault) {
        return error;
      }
      throw error;
    }
  }

  private passLong(window: ByteWindow, position: number, scan: RowScan, length: number | undefined, long: LongRow): number {
    if (length !== undefined) {
      this.endLong(window, position + length, long);
      return this.rowEnded(window, position, length);
    }
    if (scan.isLost) {
      this.endLong(window, position + scan.scanned, long);
      this.stretches.passRecord(window, position, position + scan.scanned);
      return this.giveUp('A piece of a row is too long.', window, position + scan.scanned);
    }
    this.stretches.passRecord(window, position, position + scan.scanned);
    return position + scan.scanned;
  }

  private endLong(window: ByteWindow, end: number, { line, byteOffset, raw }: LongRow): void {
    this.long = null;
    const byteLength = window.base + end - byteOffset;
    this.sink.broken({ line, byteOffset, byteLength }, Buffer.from(raw), tooLongFault(this.limits));
  }

  private rowEnded(window: ByteWindow, position: number, length: number): number {
    this.stretches.passRecord(window, position, position + length);
    this.scan = null;
    return position + length;
  }

  private atEnd(window: ByteWindow, position: number): number {
    if (this.isUnreadable) {
      return window.bytes.length;
    }
    if (this.long !== null) {
      this.endLong(window, window.bytes.length, this.long);
      this.stretches.passRecord(window, position, window.bytes.length);
      return this.giveUp('The document ends within a row.', window, window.bytes.length);
    }
    return this.outline.isComplete ? position : this.giveUp('The document ends before it is complete.', window, position);
  }

  private giveUp(message: string, window: ByteWindow, at: number): number {
    this.isUnreadable = true;
    this.scan = null;
    this.stretches.giveUp(message, window, at);
    return window.bytes.length;
  }
}
