/**
 * Counts the records of a file in a second, much simpler way. The readers and these tokenizers share no code, so that a
 * bug of one is not a bug of the other: where a file shows no quote or syntax fault the two must agree.
 */
import type { FindingCode } from '../findings/catalogue.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { CsvTokenizer } from './tokenizer-csv.ts';
import { FixTokenizer } from './tokenizer-fix.ts';
import { FixedWidthTokenizer } from './tokenizer-fixed-width.ts';
import { JsonTokenizer } from './tokenizer-json.ts';
import { JsonlTokenizer } from './tokenizer-jsonl.ts';
import { XmlTokenizer } from './tokenizer-xml.ts';

export interface Tokenizer {
  /** The next bytes of the file, its byte order mark taken off. */
  push(bytes: Uint8Array): void;
  /** The number of records, null where the file is none that this way of counting can read. */
  count(): number | null;
}

export function openTokenizer(spec: SourceSpec): Tokenizer {
  switch (spec.source.format) {
    case 'csv':
      return new CsvTokenizer(spec);
    case 'fix':
      return new FixTokenizer(spec);
    case 'fixed_width':
      return new FixedWidthTokenizer(spec);
    case 'json':
      return new JsonTokenizer(spec);
    case 'jsonl':
    case 'parquet':
      return new JsonlTokenizer();
    case 'xml':
      return new XmlTokenizer(spec);
  }
}

/** A file with one of them has no second count. */
const FAULTS_WITHOUT_COUNT: readonly FindingCode[] = [
  'RECORD_UNPARSABLE',
  'RECORD_TOO_LONG',
  'FILE_UNREADABLE',
  'FILE_COMPRESSION',
  'FILE_TOO_LARGE',
];

/** Whether a file, or a part of it, with findings of these codes is counted a second time: without a fault of quotes or syntax. */
export function isCountedTwice(hasCode: (code: FindingCode) => boolean): boolean {
  return !FAULTS_WITHOUT_COUNT.some(hasCode);
}
