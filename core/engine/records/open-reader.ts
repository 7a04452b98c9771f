/** The record reader of a format. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import { CsvReader } from './csv/csv-reader.ts';
import type { RecordReader, RecordSink } from './record-reader.ts';

export function openReader(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): RecordReader {
  switch (spec.source.format) {
    case 'csv':
      return new CsvReader(spec, limits, sink);
    case 'json':
    case 'jsonl':
    case 'xml':
      throw new MarketsError('SPEC_NOT_SUPPORTED', `The format ${spec.source.format} is not supported yet.`);
  }
}
