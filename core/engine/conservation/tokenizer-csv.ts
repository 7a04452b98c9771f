/**
 * CSV: lines that are neither blank nor comments, where a line end between quotes does not count. It gives no number
 * where a quote stands anywhere but at the ends of a field, or where another character than the quote escapes it.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { plainLines, quotedLines } from '../kernel/line-kernel.ts';
import type { Tokenizer } from './tokenizer.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Short calls of one function run faster than a long one. */
const STEP_BYTES = 64 * 1024;

export class CsvTokenizer implements Tokenizer {
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly comment: readonly number[];
  private unjudged: number;
  private applies: boolean;
  private toSkip: number;
  private records = 0;
  private quoted = false;
  private previous = LF;
  /** Bytes of the line so far, and how many of them begin a comment. */
  private length = 0;
  private commentBytes = 0;
  /** Behind a quote that may close its field, or be the first of two. */
  private afterClosing = false;
  private hadQuotes = false;

  constructor({ source, control_file: control }: SourceSpec) {
    const { csv } = source;
    this.delimiter = csv.delimiter.charCodeAt(0);
    this.quote = csv.quote === null || csv.quote === '' ? -1 : csv.quote.charCodeAt(0);
    this.comment = csv.comment === null ? [] : [...Buffer.from(csv.comment, 'utf8')];
    this.applies = this.quote < 0 || csv.escape === csv.quote;
    this.toSkip = csv.skip_rows;
    const ownRecord = control?.type === 'header' || control?.type === 'trailer' ? 1 : 0;
    this.unjudged = ownRecord + (csv.has_header ? 1 : 0);
  }

  /** For a stretch of the file that begins and ends with its records; `withinLine` where it begins with the rest of a line. */
  static ofRecords(spec: SourceSpec, withinLine = false): CsvTokenizer {
    const tokenizer = new CsvTokenizer(spec);
    // The line was counted, or was a comment, where it began.
    tokenizer.toSkip = withinLine ? 1 : 0;
    tokenizer.unjudged = 0;
    return tokenizer;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += STEP_BYTES) {
      // There is no number to be had any more.
      if (!this.applies) return;
      const step = bytes.subarray(from, from + STEP_BYTES);
      if (!this.pushPlain(step) && !this.pushQuoted(step)) this.pushBytes(step);
    }
  }

  private pushBytes(bytes: Uint8Array): void {
    const { quote } = this;
    for (let index = 0; index < bytes.length; index += 1) {
      let byte = bytes[index] as number;
      if (this.length > this.commentBytes && !this.quoted && !this.afterClosing) {
        // In the midst of a plain line: on to the next quote or line end.
        const from = index;
        while (byte !== quote && byte !== LF && byte !== CR && index + 1 < bytes.length) {
          index += 1;
          byte = bytes[index] as number;
        }
        this.length += index - from;
        this.previous = index > from ? (bytes[index - 1] as number) : this.previous;
      } else if (this.quoted) {
        // Within quotes: on to the next one.
        const from = index;
        while (byte !== quote && index + 1 < bytes.length) {
          index += 1;
          byte = bytes[index] as number;
        }
        this.length += index - from;
      }
      if (this.inUnquotedLine()) {
        this.plainByte(byte);
      } else {
        this.byte(byte);
      }
      this.previous = byte;
    }
  }

  /** Every line that is not blank is a record. */
  private hasRecordsOnly(): boolean {
    return this.toSkip === 0 && this.comment.length === 0;
  }

  /** Counts lines by their ends alone; false where there is a quote, or was one before: where one is, there are more. */
  private pushPlain(bytes: Uint8Array): boolean {
    if (!this.hasRecordsOnly() || this.quoted || this.afterClosing || this.hadQuotes) return false;
    const lines = plainLines(bytes, this.quote, this.length > 0);
    this.hadQuotes = lines < 0;
    if (lines < 0) return false;
    this.took(bytes, lines, false);
    return true;
  }

  /** Counts line ends that are not between quotes; false where byte by byte has to tell what is wrong with the quotes. */
  private pushQuoted(bytes: Uint8Array): boolean {
    if (!this.hasRecordsOnly() || this.quote < 0) return false;
    const { quoted: isQuoted, afterClosing: isBehindClosing } = this;
    const before = { isQuoted, isBehindClosing, isBehindDelimiter: this.previous === this.delimiter, isLineBegun: this.length > 0 };
    const counted = quotedLines(bytes, this.quote, this.delimiter, before);
    if (counted === null) return false;
    this.took(bytes, counted.lines, counted.isQuoted);
    return true;
  }

  /** The step has so many ends of records. Of a line only whether it has bytes matters from now on. */
  private took(bytes: Uint8Array, lines: number, isQuoted: boolean): void {
    const last = bytes[bytes.length - 1];
    if (last === undefined) return;
    this.records += lines;
    this.quoted = isQuoted;
    this.afterClosing = !isQuoted && last === this.quote;
    this.length = !isQuoted && (last === LF || last === CR) ? 0 : 1;
    this.previous = last;
  }

  count(): number | null {
    const records = this.recordsAndUnjudged();
    return records === null ? null : Math.max(0, records);
  }

  /** The same, below zero where the records that are not judged (header, control record) have not all come. */
  recordsAndUnjudged(): number | null {
    if (this.length > 0) {
      this.endLine();
    }
    return this.applies && !this.quoted ? this.records - this.unjudged : null;
  }

  /** Skipped rows and comments have no quotes. */
  private inUnquotedLine(): boolean {
    return this.toSkip > 0 || (this.comment.length > 0 && this.commentBytes === this.comment.length);
  }

  private plainByte(byte: number): void {
    if (byte === LF || byte === CR) {
      this.lineEnd(byte);
    } else {
      this.length += 1;
    }
  }

  private byte(byte: number): void {
    if (this.quoted) {
      this.quoted = byte !== this.quote;
      this.afterClosing = !this.quoted;
      this.length += 1;
      return;
    }
    if (byte === this.quote) {
      const opens = this.afterClosing || this.length === 0 || this.previous === this.delimiter;
      this.applies &&= opens;
      this.quoted = opens;
      this.afterClosing = false;
      this.length += 1;
      return;
    }
    if (byte === LF || byte === CR) {
      this.lineEnd(byte);
      return;
    }
    this.applies &&= !this.afterClosing || byte === this.delimiter;
    this.afterClosing = false;
    if (this.length === this.commentBytes && byte === this.comment[this.commentBytes]) {
      this.commentBytes += 1;
    }
    this.length += 1;
  }

  private lineEnd(byte: number): void {
    if (byte === LF && this.previous === CR && this.length === 0) {
      return;
    }
    this.endLine();
  }

  private endLine(): void {
    const isComment = this.comment.length > 0 && this.commentBytes === this.comment.length;
    if (this.toSkip > 0) {
      this.toSkip -= 1;
    } else if (this.length > 0 && !isComment) {
      this.records += 1;
    }
    this.length = 0;
    this.commentBytes = 0;
    this.afterClosing = false;
  }
}
