/**
 * Text to value, the one reading of every type: columns of files, defaults and limits of specs, control totals. Exact, no
 * float in between (but for FLOAT64), nothing repaired: surrounding blanks, thousands separators, NaN, 2025-02-30, 24:00
 * and digits beyond the type are refused. NULL is decided before: an empty text is read like any other.
 */
import type { TimeFormat } from '../spec/source-spec.ts';
import type { ColumnType } from './column-type.ts';
import { readDecimal } from './decimal.ts';
import { parseIsoDate, parseIsoDatetime, parseIsoTime, parseIsoTimestamp } from './iso8601.ts';
import { readBool, readBytes, readFloat64, readInt64, readJson, readString } from './scalar-readers.ts';
import { parseByStrptime } from './strptime.ts';
import { areRealFields, dateOf, datetimeOf, timeOf, timestampOf, withNanos, type TimeFields } from './time-fields.ts';
import { refused, type Reading, type ReadOptions } from './reading.ts';

export type { Reading, ReadOptions } from './reading.ts';

export function readValue(type: ColumnType, text: string, options: ReadOptions = {}): Reading {
  switch (type.kind) {
    case 'STRING':
      return readString(text);
    case 'INT64':
      return readInt64(text);
    case 'DECIMAL':
      return readDecimal(text, type.precision, type.scale, options.decimalSeparator);
    case 'FLOAT64':
      return readFloat64(text, options.decimalSeparator);
    case 'BOOL':
      return readBool(text);
    case 'JSON':
      return readJson(text);
    case 'BYTES':
      return readBytes(text);
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return readTemporal(type.kind, text, options);
  }
}

type TemporalKind = 'DATE' | 'TIME' | 'DATETIME' | 'TIMESTAMP';

function readTemporal(kind: TemporalKind, text: string, options: ReadOptions): Reading {
  const format = options.format ?? { kind: 'iso8601' };
  if (format.kind === 'epoch') {
    return readEpoch(text, format.unit, options);
  }
  const fields = format.kind === 'iso8601' ? parseIso(kind, text) : parseByStrptime(text, format.parts);
  if (fields === undefined || !areRealFields(fields)) {
    return refused(expectedForm(kind, format));
  }
  switch (kind) {
    case 'DATE':
      return dateOf(fields);
    case 'TIME':
      return timeOf(fields);
    case 'DATETIME':
      return datetimeOf(fields, options.precision ?? 'us');
    case 'TIMESTAMP':
      return timestampOf(fields, options);
  }
}

function parseIso(kind: TemporalKind, text: string): TimeFields | undefined {
  switch (kind) {
    case 'DATE':
      return parseIsoDate(text);
    case 'TIME':
      return parseIsoTime(text);
    case 'DATETIME':
      return parseIsoDatetime(text);
    case 'TIMESTAMP':
      return parseIsoTimestamp(text);
  }
}

const NANOS_PER_UNIT = { s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const;

/** Whole units since 1970-01-01T00:00:00Z, or with a fraction that the type can hold (1675058400.123 for seconds). */
function readEpoch(text: string, unit: 's' | 'ms' | 'us' | 'ns', options: ReadOptions): Reading {
  const match = /^([+-]?)(\d{1,25})(?:[.](\d{1,30}))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(`${match?.[2] ?? '0'}${fraction}`) * NANOS_PER_UNIT[unit];
  if (match === null || scaled % scale !== 0n) {
    return refused(`a number of ${EPOCH_UNITS[unit]} since 1970-01-01T00:00:00Z`);
  }
  const nanos = match[1] === '-' ? -(scaled / scale) : scaled / scale;
  const below = ((nanos % 1000n) + 1000n) % 1000n;
  return withNanos((nanos - below) / 1000n, Number(below), options.precision ?? 'us');
}

const EPOCH_UNITS = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' } as const;
const ISO_FORMS = {
  DATE: 'a date YYYY-MM-DD',
  TIME: 'a time HH:MM:SS up to 23:59:59.999999',
  DATETIME: 'a date and time YYYY-MM-DDTHH:MM:SS without an offset',
  TIMESTAMP: 'a date and time YYYY-MM-DDTHH:MM:SS (ISO 8601)',
} as const;

function expectedForm(kind: TemporalKind, format: TimeFormat): string {
  return format.kind === 'strptime' ? `a real ${kind} written as ${format.text}` : ISO_FORMS[kind];
}
