/** The rows of a Parquet file, as JSON lines that were written from it: they have no line of the file. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { EngineLimits } from '../limits.ts';
import { JsonlReader } from '../records/json/jsonl-reader.ts';
import type { ByteWindow, RecordPlace, RecordReader, RecordSink } from '../records/record-reader.ts';

export class ParquetRowReader implements RecordReader {
  private readonly rows: JsonlReader;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.rows = new JsonlReader(spec, limits, {
      record: (place, raw, cells) => {
        sink.record(withoutLine(place), raw, cells);
      },
      broken: (place, raw, fault) => {
        sink.broken(withoutLine(place), raw, fault);
      },
      heldRecord: (place) => {
        sink.heldRecord(withoutLine(place));
      },
      nonRecord: (kind, byteOffset, byteLength) => {
        sink.nonRecord(kind, byteOffset, byteLength);
      },
      failFile: (finding) => {
        sink.failFile(finding);
      },
      controlRecord: (fields) => {
        sink.controlRecord(fields);
      },
    });
  }

  get untoldFrom(): number | null {
    return this.rows.untoldFrom;
  }

  read(window: ByteWindow): number {
    return this.rows.read(window);
  }
}

function withoutLine(place: RecordPlace): RecordPlace {
  return { ...place, line: null };
}
