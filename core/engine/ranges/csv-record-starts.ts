/**
 * Where a CSV file may be cut: the first line, at or behind a position, from which on records can be read without a fault. It is
 * a guess (the line may stand within a quoted field), which whoever judges the range before it confirms or corrects.
 */
import { CsvScanner, type ScanDialect } from '../records/csv/csv-scanner.ts';
import type { EngineLimits } from '../limits.ts';

/** Records that must have the right number of fields. */
const PROBED_RECORDS = 3;
/** Lines that are tried. */
const MAX_LINES = 256;
const LF = 10;

export class CsvRecordStarts {
  private readonly scanner: CsvScanner;
  private readonly fieldCount: number;

  constructor(dialect: ScanDialect, fieldCount: number, limits: EngineLimits) {
    this.scanner = new CsvScanner(dialect, limits);
    this.fieldCount = fieldCount;
  }

  /** A place in [target, last]: the first byte of a line, or `last` where no line that reads on begins before it. */
  find(bytes: Buffer, target: number, last: number): number {
    let from = target - 1;
    for (let line = 0; line < MAX_LINES; line += 1) {
      const start = bytes.indexOf(LF, from) + 1;
      if (start === 0 || start > last) return last;
      if (this.readsOn(bytes, start)) return start;
      from = start;
    }
    return last;
  }

  private readsOn(bytes: Buffer, start: number): boolean {
    let at = start;
    for (let record = 0; record < PROBED_RECORDS; record += 1) {
      if (this.scanner.scan(bytes, at, false) !== 'record' || this.scanner.fieldCount !== this.fieldCount) return false;
      at = this.scanner.next;
    }
    return true;
  }
}
