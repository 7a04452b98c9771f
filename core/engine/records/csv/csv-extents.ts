/** Where a record of a CSV file ends, as CsvReader finds it, without judging it. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { EngineLimits } from '../../limits.ts';
import type { RowEnds } from '../../scan/refused-rows.ts';
import type { ByteWindow } from '../record-reader.ts';
import { firstLineOf } from './csv-line.ts';
import type { CsvScanner } from './csv-scanner.ts';

export class CsvExtents implements RowEnds {
  window: ByteWindow = { bytes: Buffer.alloc(0), base: 0, final: false };
  /** Of a record in this file. */
  fieldCount = 0;
  /** Line ends of the record that was asked for last. */
  passedLines = 0;
  private readonly scanner: CsvScanner;
  private readonly limits: EngineLimits;
  private readonly comment: number | undefined;

  /** `scanner`: that of the reader, which finds what is far away once for both. */
  constructor({ source }: SourceSpec, limits: EngineLimits, scanner: CsvScanner) {
    this.scanner = scanner;
    this.limits = limits;
    this.comment = source.csv.comment === null ? undefined : Buffer.from(source.csv.comment, 'utf8')[0];
  }

  /** The index behind the record at `position`; -1 where there is none, or its end is not certain. */
  endOf(position: number): number {
    const { scanner, window, fieldCount } = this;
    const byte = window.bytes[position];
    if (byte === 10 || byte === 13 || byte === this.comment) return -1;
    const outcome = scanner.scan(window.bytes, position, window.final);
    if (outcome === 'more') return -1;
    if (outcome === 'record' && (scanner.innerLines === 0 || scanner.fieldCount === fieldCount)) {
      this.passedLines = scanner.innerLines + 1;
      return scanner.next;
    }
    const end = firstLineOf(scanner.firstLineEnd, window, position, this.limits.maxRecordBytes);
    this.passedLines = 1;
    return typeof end === 'string' ? -1 : end.next;
  }
}
