/**
 * Reads messages, each of which is to hold one record: the readers of files, without what a file has around its records.
 * Nothing is kept from one message to the next.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { MarketsError } from '../../errors/markets-error.ts';
import { readMark } from '../decode/byte-order-mark.ts';
import type { EngineLimits } from '../limits.ts';
import { CsvReader } from './csv/csv-reader.ts';
import { FixReader } from './fix/fix-reader.ts';
import { FixedWidthReader } from './fixed-width/fixed-width-reader.ts';
import { JsonRecords } from './json/json-record.ts';
import { tooLongFault } from './record-faults.ts';
import type { RecordReader, RecordSink } from './record-reader.ts';

/** Tells the sink every record of the message; there may be none or several. */
export type ReadMessage = (message: Buffer) => void;

const LF = 10;
const CR = 13;
const FIRST_OF_MARK = 0xef;

/** Throws SPEC_NOT_SUPPORTED where a message of the source cannot be judged by itself. */
export function openMessageReader(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): ReadMessage {
  const read = openFormat(spec, limits, sink);
  const { encoding } = spec.source;
  if (encoding.startsWith('utf-16')) {
    throw unsupported(spec, `messages in ${encoding}`, 'an encoding other than UTF-16');
  }
  return (message) => {
    read(message[0] === FIRST_OF_MARK ? message.subarray(readMark(message, encoding).markBytes) : message);
  };
}

function openFormat(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): ReadMessage {
  const { format } = spec.source;
  switch (format) {
    case 'json':
    case 'jsonl':
      return openJson(spec, limits, sink);
    case 'csv':
      requireRecordsOnly(spec);
      return wholeWindows(new CsvReader(spec, limits, sink));
    case 'fixed_width':
      requireRecordsOnly(spec);
      return wholeWindows(new FixedWidthReader(spec, limits, sink));
    case 'fix': {
      const reader = new FixReader(spec, limits, sink);
      const read = wholeWindows(reader);
      return (message) => {
        // One broken message must not say how all that follow are read.
        reader.forgetSeparator();
        read(message);
      };
    }
    case 'xml':
    case 'parquet':
      throw unsupported(spec, `messages in ${format}`, 'csv, fix, fixed_width, json or jsonl');
  }
}

/** The whole message is the record: its JSON may go over several lines, and a line end behind it does not count. */
function openJson(spec: SourceSpec, limits: EngineLimits, sink: RecordSink): ReadMessage {
  const records = new JsonRecords(spec, limits, sink);
  const place = { line: null, byteOffset: 0, byteLength: 0 };
  return (message) => {
    const raw = withoutLineEnd(message);
    place.byteLength = raw.length;
    if (raw.length > limits.maxRecordBytes) {
      sink.broken(place, raw.subarray(0, limits.maxRecordBytes), tooLongFault(limits));
    } else {
      records.read(place, raw);
    }
  };
}

function withoutLineEnd(message: Buffer): Buffer {
  const last = message.length - 1;
  if (message[last] !== LF) {
    return message;
  }
  return message.subarray(0, message[last - 1] === CR ? last - 1 : last);
}

function wholeWindows(reader: RecordReader): ReadMessage {
  const window: { bytes: Buffer; readonly base: number; readonly final: boolean } = { bytes: Buffer.alloc(0), base: 0, final: true };
  return (message) => {
    window.bytes = message;
    reader.read(window);
  };
}

/** A header or a control record tells of records that are in other messages. */
function requireRecordsOnly(spec: SourceSpec): void {
  const { csv } = spec.source;
  const control = spec.control_file?.type;
  if (csv.has_header) {
    throw unsupported(spec, 'messages whose columns a header names', 'source.has_header: false');
  }
  if (csv.skip_rows > 0) {
    throw unsupported(spec, 'messages behind rows that are skipped', 'source.skip_rows: 0');
  }
  if (control === 'header' || control === 'trailer') {
    throw unsupported(spec, `messages with a control record (${control})`, 'no control record among the messages');
  }
}

function unsupported(spec: SourceSpec, what: string, expected: string): MarketsError {
  return new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name}: ${what} cannot be judged one by one.`, {
    expected,
    place: { file: spec.spec_file },
  });
}
