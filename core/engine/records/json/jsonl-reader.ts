/**
 * JSON Lines: one record a line (LF or CRLF); lines of nothing but blanks are no records. A lone CR ends no line: it is
 * white space of JSON, and two records with nothing but a CR between them are one line that is no JSON object.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { EngineLimits } from '../../limits.ts';
import { readPieces } from '../read-pieces.ts';
import { tooLongFault } from '../record-faults.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { JsonRecords } from './json-record.ts';

const LF = 10;
const CR = 13;

/** A line that is too long: where it begins, and its first maxRecordBytes. */
export interface LongJsonLine {
  readonly byteOffset: number;
  readonly raw: Uint8Array;
}

export class JsonlReader implements RecordReader {
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly records: JsonRecords;
  /** 1-based line of the next byte. */
  line = 1;
  longLine: LongJsonLine | null = null;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.limits = limits;
    this.sink = sink;
    this.records = new JsonRecords(spec, limits, sink);
  }

  get untoldFrom(): number | null {
    return this.longLine?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    const position = readPieces(window, (at, from) => this.readOne(at, from));
    this.endLongLine(window, position);
    return position;
  }

  /** Goes on at a line's start, or within a line that is too long, as another reader of the same file has left it. */
  resume(longLine: LongJsonLine | null): void {
    this.line = 1;
    this.longLine = longLine;
  }

  /** One line from `position`, and the index behind it; `position` itself when the window does not hold all of it. */
  readOne({ bytes, base, final }: ByteWindow, position: number): number {
    const lineFeed = bytes.indexOf(LF, position);
    if (lineFeed < 0 && !final) return this.waitFor(bytes, base, position);
    const next = lineFeed < 0 ? bytes.length : lineFeed + 1;
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    this.readLine(bytes, base, position, end, next);
    this.line += 1;
    return next;
  }

  /** A line that was passed over up to the last byte of the file still has to be told. */
  endLongLine(window: ByteWindow, position: number): void {
    if (window.final && this.longLine !== null) this.readOne(window, position);
  }

  /** Without a line end in the window: a line that is too long is passed over, all but a CR that may belong to its end. */
  private waitFor(bytes: Buffer, base: number, position: number): number {
    const longest = position + this.limits.maxRecordBytes;
    if (this.longLine === null && bytes.length <= longest + 1) {
      return position;
    }
    this.longLine ??= { byteOffset: base + position, raw: Buffer.from(bytes.subarray(position, longest)) };
    return bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length;
  }

  private readLine(bytes: Buffer, base: number, position: number, lineEnd: number, next: number): void {
    const end = lineEnd > position && lineEnd < next && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const { line, longLine, limits } = this;
    const byteOffset = longLine?.byteOffset ?? base + position;
    const byteLength = base + end - byteOffset;
    if (byteLength > limits.maxRecordBytes) {
      const raw = longLine?.raw ?? bytes.subarray(position, position + limits.maxRecordBytes);
      this.sink.broken({ line, byteOffset, byteLength }, Buffer.from(raw), tooLongFault(limits));
    } else if (isBlank(bytes, position, end)) {
      this.sink.nonRecord('blank_line', byteOffset, base + next - byteOffset);
      return;
    } else {
      this.records.read({ line, byteOffset, byteLength }, bytes.subarray(position, end));
    }
    this.longLine = null;
    this.sink.nonRecord('separator', base + end, next - end);
  }
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index];
    if (byte !== 32 && byte !== 9 && byte !== CR) {
      return false;
    }
  }
  return true;
}
