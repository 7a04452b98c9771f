/**
 * Finds the fields of one CSV record in bytes. It makes no text and no decision about what a fault means: it says where
 * the record ends, or why it does not. What it says depends on the bytes from the record's start up to at most
 * maxRecordBytes further on, never on how the file was cut into windows.
 */
import type { EngineLimits } from '../../limits.ts';

const LF = 10;
const CR = 13;

export const FIELD_QUOTED = 1;
export const FIELD_ESCAPED = 2;
/** Holds a byte above 0x7F. */
export const FIELD_HIGH = 4;

/** Single bytes; -1 where the dialect has none. */
export interface ScanDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly escape: number;
}

export type ScanOutcome =
  /** A whole record: see the scanner's fields. */
  | 'record'
  /** The window ends before the record does. */
  | 'more'
  /** A closing quote is followed by neither delimiter nor line end. */
  | 'after_quote'
  /** A quoted field is not closed by the end of the file. */
  | 'unclosed'
  /** The record goes on beyond maxRecordBytes. */
  | 'too_long';

export class CsvScanner {
  /** Fields of the last record; those beyond maxFields are only counted. */
  fieldCount = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  /** Index behind the record's last byte, its line end not counted. */
  contentEnd = 0;
  /** Index behind the line end. */
  next = 0;
  /** Line ends within quoted fields. */
  innerLines = 0;
  /** Index of the first line end within a quoted field, -1 without. */
  firstLineEnd = -1;
  /** All bytes of the fields, or-ed: above 0x7F when one of them is. */
  high = 0;

  /** Bytes that do not change as long as they are in the same object: a quote that is far away is looked for once. */
  isSteady = false;

  private readonly dialect: ScanDialect;
  private readonly maxRecordBytes: number;
  /** What quoteFrom() has looked through last: from where, and what it found. */
  private searched: Buffer | null = null;
  private searchedFrom = 0;
  private foundAt = -1;

  constructor(dialect: ScanDialect, limits: EngineLimits) {
    this.dialect = dialect;
    this.maxRecordBytes = limits.maxRecordBytes;
    this.starts = new Int32Array(limits.maxFields);
    this.ends = new Int32Array(limits.maxFields);
    this.flags = new Uint8Array(limits.maxFields);
  }

  scan(bytes: Buffer, start: number, final: boolean): ScanOutcome {
    const { delimiter, quote } = this.dialect;
    const end = bytes.length;
    const stop = Math.min(end, start + this.maxRecordBytes);
    this.fieldCount = 0;
    this.innerLines = 0;
    this.firstLineEnd = -1;
    this.high = 0;
    let index = start;
    for (;;) {
      if (index < stop && bytes[index] === quote) {
        const outcome = this.quotedField(bytes, index, stop, final);
        if (outcome !== 'record') {
          return outcome;
        }
        index = this.next;
      } else {
        const from = index;
        let high = 0;
        while (index < stop) {
          const byte = bytes[index] as number;
          if (byte === delimiter || byte === LF || byte === CR) {
            break;
          }
          high |= byte;
          index += 1;
        }
        this.addField(from, index, 0, high);
      }
      if (index >= end) {
        this.contentEnd = index;
        this.next = index;
        return final ? 'record' : 'more';
      }
      const byte = bytes[index];
      if (byte === LF || byte === CR) {
        return this.atLineEnd(bytes, index, final);
      }
      if (index >= stop) {
        return 'too_long';
      }
      if (byte !== delimiter) {
        return 'after_quote';
      }
      index += 1;
    }
  }

  /** From the opening quote; leaves `next` behind the closing one. */
  private quotedField(bytes: Buffer, open: number, stop: number, final: boolean): ScanOutcome {
    const { quote, escape } = this.dialect;
    if (quote === escape) {
      const close = this.closingQuote(bytes, open + 1, stop);
      if (!this.closesWell(bytes, close, final)) {
        return this.strayQuote(bytes, open, close, stop, final);
      }
    }
    const end = bytes.length;
    let flags = FIELD_QUOTED;
    let high = 0;
    let index = open + 1;
    while (index < stop) {
      const byte = bytes[index] as number;
      if (byte === quote || byte === escape) {
        if (index + 1 >= end && !final) {
          return 'more';
        }
        const following = bytes[index + 1];
        if (byte === escape && (following === quote || following === escape)) {
          flags |= FIELD_ESCAPED;
          index += 2;
          continue;
        }
        if (byte === quote) {
          this.addField(open + 1, index, flags, high);
          this.next = index + 1;
          return 'record';
        }
      } else if (byte === LF || byte === CR) {
        this.innerLines += byte === LF && bytes[index - 1] === CR ? 0 : 1;
        if (this.firstLineEnd < 0) {
          this.firstLineEnd = index;
        }
      }
      high |= byte;
      index += 1;
    }
    if (index < end) {
      return 'too_long';
    }
    return final ? 'unclosed' : 'more';
  }

  /** Whether the field is closed, by a quote with a delimiter or a line end behind it. */
  private closesWell(bytes: Buffer, close: number, final: boolean): boolean {
    if (close < 0 || (close + 1 >= bytes.length && !final)) {
      return false;
    }
    const following = bytes[close + 1];
    return close + 1 >= bytes.length || following === this.dialect.delimiter || following === LF || following === CR;
  }

  /** The first quote before `stop` that is not doubled, -1 where there is none. */
  private closingQuote(bytes: Buffer, from: number, stop: number): number {
    const { quote } = this.dialect;
    let at = this.quoteFrom(bytes, from, quote);
    while (at >= 0 && at < stop && bytes[at + 1] === quote) {
      at = this.quoteFrom(bytes, at + 2, quote);
    }
    return at < stop ? at : -1;
  }

  /** The first quote at or behind `from`, -1 where there is none; what was found last is not looked for again. */
  private quoteFrom(bytes: Buffer, from: number, quote: number): number {
    if (bytes !== this.searched || from < this.searchedFrom || (this.foundAt >= 0 && from > this.foundAt)) {
      const found = bytes.indexOf(quote, from);
      if (!this.isSteady) {
        return found;
      }
      this.searched = bytes;
      this.searchedFrom = from;
      this.foundAt = found;
    }
    return this.foundAt;
  }

  /** What quotedField() says of a field that is not closed well, however far away its closing quote is: all that counts is its first line. */
  private strayQuote(bytes: Buffer, open: number, close: number, stop: number, final: boolean): ScanOutcome {
    const end = close < 0 ? stop : close;
    for (let at = open + 1; at < end && this.firstLineEnd < 0; at += 1) {
      if (bytes[at] === LF || bytes[at] === CR) {
        this.firstLineEnd = at;
      }
    }
    if (close >= 0 && close + 1 < stop) {
      return 'after_quote';
    }
    if (close >= 0) {
      return close + 1 >= bytes.length ? 'more' : 'too_long';
    }
    return stop < bytes.length ? 'too_long' : final ? 'unclosed' : 'more';
  }

  private addField(from: number, to: number, flags: number, high: number): void {
    const field = this.fieldCount;
    this.fieldCount += 1;
    this.high |= high;
    if (field < this.starts.length) {
      this.starts[field] = from;
      this.ends[field] = to;
      this.flags[field] = high > 0x7f ? flags | FIELD_HIGH : flags;
    }
  }

  private atLineEnd(bytes: Buffer, index: number, final: boolean): ScanOutcome {
    this.contentEnd = index;
    if (bytes[index] === CR) {
      if (index + 1 >= bytes.length && !final) {
        return 'more';
      }
      this.next = bytes[index + 1] === LF ? index + 2 : index + 1;
    } else {
      this.next = index + 1;
    }
    return 'record';
  }
}
