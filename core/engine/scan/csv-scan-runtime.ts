/** The general reading of one CSV field for a generated scanner. */
import type { ScanDialect } from '../records/csv/csv-scanner.ts';
import { CELL } from '../values/raw-cells.ts';
import type { FieldReader } from './field-reader.ts';
import { ScanRuntime } from './scan-runtime.ts';

const LF = 10;
const CR = 13;

export class CsvScanRuntime extends ScanRuntime implements FieldReader {
  dialect: ScanDialect = { delimiter: 44, quote: 34, escape: 34 };

  /** `ends` is 1 for the last field of a record. */
  field(index: number, from: number, at: number, ends: number): number {
    const { bytes } = this;
    const { delimiter, quote } = this.dialect;
    this.innerLines = 0;
    this.number = Number.NaN;
    const quoted = bytes[from] === quote;
    const start = quoted ? from + 1 : from;
    const end = quoted ? this.quotedEnd(start) : this.plainEndOf(start, delimiter);
    const next = bytes[quoted ? end + 1 : end];
    const isWhole = ends === 1 ? next === LF || next === CR : next === delimiter;
    if (end < 0 || end >= this.limit || !isWhole) return -1;
    this.end = quoted ? end + 1 : end;
    const text = this.textOf(start, end);
    return text === null ? -1 : this.value(index, text, quoted ? CELL.QUOTED : CELL.PLAIN, at);
  }

  private plainEndOf(from: number, delimiter: number): number {
    const { bytes, limit } = this;
    let at = from;
    while (at < limit && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) at += 1;
    return at;
  }

  /** The closing quote; -1 where an escape needs the general reader of rows. */
  private quotedEnd(from: number): number {
    const { bytes, limit } = this;
    const { quote, escape } = this.dialect;
    for (let at = from; at < limit; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return bytes[at + 1] === quote ? -1 : at;
      if (byte === escape) return -1;
      if (byte === CR || (byte === LF && bytes[at - 1] !== CR)) this.innerLines += 1;
    }
    return -1;
  }
}
