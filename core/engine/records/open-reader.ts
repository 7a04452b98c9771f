/** The record reader of a format. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import { CsvReader } from './csv/csv-reader.ts';
import { ParquetRowReader } from '../parquet-rows/parquet-row-reader.ts';
import { FixReader } from './fix/fix-reader.ts';
import { FixedWidthReader } from './fixed-width/fixed-width-reader.ts';
import { JsonReader } from './json/json-reader.ts';
import { JsonlReader } from './json/jsonl-reader.ts';
import type { RecordReader, RecordSink } from './record-reader.ts';
import { XmlReader } from './xml/xml-reader.ts';

export function openReader(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): RecordReader {
  switch (spec.source.format) {
    case 'csv':
      return new CsvReader(spec, limits, sink);
    case 'fix':
      return new FixReader(spec, limits, sink);
    case 'fixed_width':
      return new FixedWidthReader(spec, limits, sink);
    case 'json':
      return new JsonReader(spec, limits, sink);
    case 'jsonl':
      return new JsonlReader(spec, limits, sink);
    case 'parquet':
      return new ParquetRowReader(spec, limits, sink);
    case 'xml':
      return new XmlReader(spec, limits, sink);
  }
}
