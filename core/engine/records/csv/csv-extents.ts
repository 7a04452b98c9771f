/** Where a record of a CSV file ends, as CsvReader finds it, without judging it. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import type { EngineLimits } from '../../limits.ts';
import type { ByteWindow } from '../record-reader.ts';
import { scanDialect } from './csv-dialect.ts';
import { firstLineOf } from './csv-line.ts';
import { CsvScanner } from './csv-scanner.ts';

export class CsvExtents {
  /** Line ends of the record that was asked for last. */
  passedLines = 0;
  private readonly scanner: CsvScanner;
  private readonly limits: EngineLimits;
  private readonly comment: number | undefined;

  constructor({ source }: SourceSpec, limits: EngineLimits) {
    this.scanner = new CsvScanner(scanDialect(source.csv), limits);
    this.limits = limits;
    this.comment = source.csv.comment === null ? undefined : Buffer.from(source.csv.comment, 'utf8')[0];
  }

  /** The index behind the record of so many fields at `position`; -1 where there is none, or its end is not certain. */
  endOf(window: ByteWindow, position: number, fieldCount: number): number {
    const { scanner } = this;
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
