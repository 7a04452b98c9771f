/**
 * FIX messages (tag=value), one after another with or without line ends between them. A message whose type the spec does
 * not want is checked as the others are and passed over as a skipped row.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { EngineLimits } from '../../limits.ts';
import type { RecordFault } from '../../values/raw-cells.ts';
import { readPieces } from '../read-pieces.ts';
import { tooLongFault } from '../record-faults.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { Stretches } from '../stretches.ts';
import { FixColumns } from './fix-columns.ts';
import { FixFields } from './fix-fields.ts';
import { brokenEnd, DISTRUST, frameOf, PIPE, shownSeparator, SOH, type Frame, type Separator } from './fix-frame.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Bytes beside the body that a frame looks at. */
const FRAME_BYTES = 64;

/** A message longer than maxRecordBytes, passed over without being kept. */
interface LongMessage {
  readonly line: number;
  readonly byteOffset: number;
  readonly raw: Buffer;
}

export class FixReader implements RecordReader {
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly stretches: Stretches;
  private readonly fields: FixFields;
  private readonly columns: FixColumns;
  private readonly types: ReadonlySet<string> | null;
  private readonly declaredSeparator: Separator;
  private separator: Separator;
  private long: LongMessage | null = null;
  /** What is wrong with the fields of the message that was framed last. */
  private fault: RecordFault | null = null;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    const { separator, message_types: types } = spec.source.fix ?? { separator: null, message_types: null };
    this.limits = limits;
    this.sink = sink;
    this.stretches = new Stretches(sink);
    this.fields = new FixFields(limits.maxFields);
    this.columns = new FixColumns(spec, limits, this.fields);
    this.types = types === null ? null : new Set(types);
    this.declaredSeparator = separator === null ? null : separator === '|' ? PIPE : SOH;
    this.separator = this.declaredSeparator;
  }

  get untoldFrom(): number | null {
    return this.long?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    const position = readPieces(window, (each, at) => this.readOne(each, at));
    if (window.final && this.long !== null) {
      this.endLong(this.long, window.base + position);
    }
    this.stretches.flush();
    return position;
  }

  /** The next message shows its separator itself, where the spec does not say it. */
  forgetSeparator(): void {
    this.separator = this.declaredSeparator;
  }

  private readOne(window: ByteWindow, position: number): number {
    if (this.long !== null) {
      return this.continueLong(window, position, this.long);
    }
    const byte = window.bytes[position];
    if (byte === LF || byte === CR) {
      this.stretches.pass('separator', window, position, position + 1);
      return position + 1;
    }
    this.separator ??= shownSeparator(window, position);
    const frame = this.frameOf(window, position);
    if (frame.kind !== 'more') {
      this.readFrame(window, position, frame);
      return frame.end;
    }
    return frame.scanned - position > this.limits.maxRecordBytes + FRAME_BYTES ? this.beginLong(window, position, frame.scanned) : position;
  }

  /** A BodyLength that ends with a later message's CheckSum is a lie: its message ends with its own. */
  private frameOf(window: ByteWindow, position: number): Frame {
    const { separator, limits } = this;
    const frame = frameOf(window, position, separator, limits.maxRecordBytes);
    if (frame.kind !== 'message') {
      return frame;
    }
    this.fault = this.fields.read(window.bytes.subarray(position, frame.end), frame.bodyEnd - position, separator ?? SOH);
    return this.fields.hasEarlyCheckSum ? frameOf(window, position, separator, DISTRUST) : frame;
  }

  private readFrame(window: ByteWindow, position: number, frame: Exclude<Frame, { kind: 'more' }>): void {
    const { bytes, base } = window;
    const raw = bytes.subarray(position, frame.end);
    const place = { line: this.stretches.line, byteOffset: base + position, byteLength: raw.length };
    if (raw.length > this.limits.maxRecordBytes) {
      this.stretches.flush();
      this.sink.broken(place, raw.subarray(0, this.limits.maxRecordBytes), tooLongFault(this.limits));
      this.stretches.passRecord(window, position, frame.end);
      return;
    }
    const cells = frame.kind === 'broken' ? frame.fault : (this.fault ?? this.columns.cellsOf());
    if (!('code' in cells) && this.types?.has(this.fields.value(2)) === false) {
      this.stretches.pass('skipped_row', window, position, frame.end);
      return;
    }
    this.stretches.flush();
    if ('code' in cells) {
      this.sink.broken(place, raw, cells);
    } else {
      this.sink.record(place, raw, cells);
    }
    this.stretches.passRecord(window, position, frame.end);
  }

  private beginLong(window: ByteWindow, position: number, scanned: number): number {
    const raw = Buffer.from(window.bytes.subarray(position, position + this.limits.maxRecordBytes));
    this.long = { line: this.stretches.line, byteOffset: window.base + position, raw };
    this.stretches.flush();
    this.stretches.passRecord(window, position, scanned);
    return scanned;
  }

  private continueLong(window: ByteWindow, position: number, long: LongMessage): number {
    const { at, found } = brokenEnd(window, position, this.separator, false);
    this.stretches.passRecord(window, position, at);
    if (found) {
      this.endLong(long, window.base + at);
    }
    return at;
  }

  private endLong({ line, byteOffset, raw }: LongMessage, end: number): void {
    this.long = null;
    this.sink.broken({ line, byteOffset, byteLength: end - byteOffset }, raw, tooLongFault(this.limits));
  }
}
