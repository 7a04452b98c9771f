/**
 * Value to text, the form that its reader accepts: messages, JSON, casts to STRING, sample files. Decimals are shortest;
 * dates and times are ISO 8601 with 6 fractional digits.
 */
import { civilFromDays, splitMicros } from './calendar.ts';
import type { ColumnType, Value } from './column-type.ts';
import { printDecimal } from './decimal.ts';
import { MarketsError } from '../errors/markets-error.ts';

/** null for NULL. */
export function printValue(type: ColumnType, value: Value): string | null {
  if (value === null) {
    return null;
  }
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
    case 'INT64':
    case 'FLOAT64':
    case 'BOOL':
      return String(value);
    case 'DECIMAL':
      return printDecimal(asBigint(value), type.scale);
    case 'DATE':
      return printDate(asNumber(value));
    case 'TIME':
      return printTime(asNumber(value));
    case 'DATETIME':
      return printDatetime(asBigint(value));
    case 'TIMESTAMP':
      return printTimestamp(asBigint(value));
    case 'BYTES':
      return Buffer.from(asBytes(value)).toString('base64');
  }
}

/** 2023-01-30 */
export function printDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** 06:00:00.000000 */
export function printTime(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((part) => digits(part, 2)).join(':')}.${digits(micros % 1_000_000, 6)}`;
}

/** 2023-01-30T06:00:00.000000 */
export function printDatetime(micros: bigint): string {
  const { day, microsOfDay } = splitMicros(micros);
  return `${printDate(day)}T${printTime(microsOfDay)}`;
}

/** 2023-01-30T06:00:00.000000Z */
export function printTimestamp(micros: bigint): string {
  return `${printDatetime(micros)}Z`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function asBigint(value: Value): bigint {
  return typeof value === 'bigint' ? value : mismatch(value);
}
function asNumber(value: Value): number {
  return typeof value === 'number' ? value : mismatch(value);
}
function asBytes(value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : mismatch(value);
}
function mismatch(value: Value): never {
  throw new MarketsError('INTERNAL', 'A value is not in the form of its type.', { found: typeof value });
}
