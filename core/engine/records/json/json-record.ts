/** Hands one JSON record to the sink: as cells, or refused where it is not one JSON object. */
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { decoderOf, type DecodeText } from '../../decode/charset.ts';
import type { EngineLimits } from '../../limits.ts';
import { unparsableFault } from '../record-faults.ts';
import type { RecordPlace, RecordSink } from '../record-reader.ts';
import { JsonColumns } from './json-columns.ts';
import { parseJson } from './json-parser.ts';
import { JsonFault, type JsonNode } from './json-tree.ts';

const EXPECTED = 'one JSON object';

export class JsonRecords {
  private readonly decode: DecodeText;
  private readonly columns: JsonColumns;
  private readonly limits: EngineLimits;
  private readonly sink: RecordSink;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.decode = decoderOf(spec.source.encoding);
    this.columns = new JsonColumns(spec, limits);
    this.limits = limits;
    this.sink = sink;
  }

  read(place: RecordPlace, raw: Buffer): void {
    const source = raw.toString('latin1');
    const record = this.parse(source);
    if (record instanceof JsonFault) {
      this.sink.broken(place, raw, unparsableFault(EXPECTED, record.message, record.at));
    } else if (record.kind !== 'object') {
      this.sink.broken(place, raw, unparsableFault(EXPECTED, 'The record is no JSON object.', record.start));
    } else {
      this.sink.record(place, raw, this.columns.cellsOf(record, source));
    }
  }

  private parse(source: string): JsonNode | JsonFault {
    try {
      return parseJson(source, this.decode, this.limits.maxDepth);
    } catch (error) {
      if (error instanceof JsonFault) {
        return error;
      }
      throw error;
    }
  }
}
