/**
 * JSON: the records are the elements of one array somewhere in a document, which is never in memory as a whole. A record
 * that breaks the syntax costs itself as long as its brackets close; a fault around the records ends the reading.
 */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { tooLongFault } from '../record-faults.ts';
import { readPieces } from '../read-pieces.ts';
import type { ByteWindow, RecordReader, RecordSink } from '../record-reader.ts';
import { Stretches } from '../stretches.ts';
import { ElementScan } from './element-scan.ts';
import { isJsonSpace, JsonOutline, tokenEnd } from './json-outline.ts';
import { JsonRecords } from './json-record.ts';
import { JsonFault } from './json-tree.ts';

const COMMA = 0x2c;
const CLOSE = 0x5d;

/** A record longer than maxRecordBytes, passed over without being kept. */
interface LongRecord {
  readonly line: number;
  readonly byteOffset: number;
  readonly raw: Buffer;
}

export class JsonReader implements RecordReader {
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;
  private readonly records: JsonRecords;
  private readonly outline: JsonOutline;
  private readonly stretches: Stretches;
  private where: 'around' | 'before_first' | 'before_record' | 'behind_record' | 'unreadable' = 'around';
  private sawRecords = false;
  private scan: ElementScan | null = null;
  private long: LongRecord | null = null;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.spec = spec;
    this.limits = limits;
    this.sink = sink;
    this.records = new JsonRecords(spec, limits, sink);
    this.outline = new JsonOutline(spec.source.records, decoderOf(spec.source.encoding), limits.maxDepth);
    this.stretches = new Stretches(sink);
  }

  get untoldFrom(): number | null {
    return this.long?.byteOffset ?? null;
  }

  read(window: ByteWindow): number {
    const waiting = readPieces(window, (at, position) => this.readOne(at, position));
    const position = window.final ? this.atEnd(window, waiting) : waiting;
    this.stretches.flush();
    return position;
  }

  private readOne(window: ByteWindow, position: number): number {
    if (this.where === 'unreadable') {
      this.stretches.pass('unread', window, position, window.bytes.length);
      return window.bytes.length;
    }
    if (this.scan !== null) {
      return this.readElement(window, position, this.scan);
    }
    const byte = window.bytes[position] ?? 0;
    if (isJsonSpace(byte)) {
      this.stretches.pass(this.where === 'around' ? 'markup' : 'separator', window, position, position + 1);
      return position + 1;
    }
    return this.where === 'around' ? this.readToken(window, position) : this.betweenRecords(window, position, byte);
  }

  private readToken(window: ByteWindow, position: number): number {
    const { bytes, final } = window;
    try {
      const end = tokenEnd(bytes, position, final, this.limits.maxRecordBytes);
      if (end === undefined) {
        return position;
      }
      if (this.outline.token(bytes.toString('latin1', position, end))) {
        this.where = 'before_first';
        this.sawRecords = true;
      }
      this.stretches.pass('markup', window, position, end);
      return end;
    } catch (error) {
      if (error instanceof JsonFault) {
        return this.giveUp(error.message, window, position);
      }
      throw error;
    }
  }

  private betweenRecords(window: ByteWindow, position: number, byte: number): number {
    if (byte === CLOSE && this.where !== 'before_record') {
      this.outline.closeRecords();
      this.where = 'around';
      this.stretches.pass('markup', window, position, position + 1);
      return position + 1;
    }
    if (this.where === 'behind_record') {
      if (byte !== COMMA) {
        return this.giveUp('A comma or ] is missing between two records.', window, position);
      }
      this.where = 'before_record';
      this.stretches.pass('separator', window, position, position + 1);
      return position + 1;
    }
    if (byte === COMMA || byte === CLOSE) {
      return this.giveUp('A record is missing before a comma or ].', window, position);
    }
    this.scan = new ElementScan();
    return this.readElement(window, position, this.scan);
  }

  private readElement(window: ByteWindow, position: number, scan: ElementScan): number {
    const { bytes, base } = window;
    if (this.long !== null) {
      return this.continueLong(window, position, scan, this.long);
    }
    const length = scan.advance(bytes, position);
    if (Math.max(scan.scanned, length ?? 0) > this.limits.maxRecordBytes) {
      const raw = Buffer.from(bytes.subarray(position, position + this.limits.maxRecordBytes));
      this.stretches.flush();
      this.long = { line: this.stretches.line, byteOffset: base + position, raw };
      return length === undefined ? this.passLong(window, position, scan) : this.endLong(window, position, length, this.long);
    }
    if (length === undefined) {
      return position;
    }
    this.stretches.flush();
    const place = { line: this.stretches.line, byteOffset: base + position, byteLength: length };
    this.records.read(place, bytes.subarray(position, position + length));
    return this.elementEnded(window, position, length);
  }

  private continueLong(window: ByteWindow, position: number, scan: ElementScan, long: LongRecord): number {
    scan.scanned = 0;
    const length = scan.advance(window.bytes, position);
    return length === undefined ? this.passLong(window, position, scan) : this.endLong(window, position, length, long);
  }

  private passLong(window: ByteWindow, position: number, scan: ElementScan): number {
    this.stretches.passRecord(window, position, position + scan.scanned);
    return position + scan.scanned;
  }

  /** `length` counts from `position`. */
  private endLong(window: ByteWindow, position: number, length: number, long: LongRecord): number {
    this.long = null;
    const byteLength = window.base + position + length - long.byteOffset;
    this.sink.broken({ line: long.line, byteOffset: long.byteOffset, byteLength }, long.raw, tooLongFault(this.limits));
    return this.elementEnded(window, position, length);
  }

  private elementEnded(window: ByteWindow, position: number, length: number): number {
    this.stretches.passRecord(window, position, position + length);
    this.scan = null;
    this.where = 'behind_record';
    return position + length;
  }

  private atEnd(window: ByteWindow, position: number): number {
    if (this.where === 'unreadable') {
      return window.bytes.length;
    }
    if (this.long !== null) {
      this.endLong(window, position, window.bytes.length - position, this.long);
      return this.giveUp('The document ends within a record.', window, window.bytes.length);
    }
    if (!this.outline.isComplete) {
      return this.giveUp('The document ends before it is complete.', window, position);
    }
    if (!this.sawRecords) {
      return this.giveUp(`The document has no array at '${this.spec.source.records}'.`, window, position);
    }
    return position;
  }

  private giveUp(message: string, window: ByteWindow, at: number): number {
    this.where = 'unreadable';
    this.scan = null;
    this.stretches.giveUp(message, window, at);
    return window.bytes.length;
  }
}
