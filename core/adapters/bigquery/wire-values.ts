/** Schema and rows of BigQuery's JSON as our types and exact values: every number comes as a text and is read by the type's own reader. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { WarehouseColumn, WarehouseRow, WarehouseValue } from '../../ports/warehouse-reader.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';
import { readValue } from '../../types/read-value.ts';
import { BIGNUMERIC, NUMERIC } from '../../types/type-text.ts';
import { list, member, text } from './wire-json.ts';

export interface WireColumn extends WarehouseColumn {
  /** null for a type that is none of ours, whose values are printed. */
  readonly known: boolean;
}

/** A record of BigQuery has no form of ours: it is printed as JSON. */
export function wireColumns(schema: unknown): readonly WireColumn[] {
  return list(member(schema, 'fields')).map((field) => {
    const type = columnType(text(member(field, 'type')) ?? '');
    return {
      name: text(member(field, 'name')) ?? '',
      type: type ?? { kind: 'STRING' },
      repeated: text(member(field, 'mode')) === 'REPEATED',
      known: type !== null,
    };
  });
}

function columnType(name: string): ColumnType | null {
  switch (name) {
    case 'INTEGER':
    case 'INT64':
      return { kind: 'INT64' };
    case 'FLOAT':
    case 'FLOAT64':
      return { kind: 'FLOAT64' };
    case 'BOOLEAN':
    case 'BOOL':
      return { kind: 'BOOL' };
    // The wire does not say scale and precision of a column of a result.
    case 'NUMERIC':
      return NUMERIC;
    case 'BIGNUMERIC':
      return BIGNUMERIC;
    case 'STRING':
    case 'BYTES':
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
    case 'JSON':
      return { kind: name };
    default:
      return null;
  }
}

export function wireRow(columns: readonly WireColumn[], row: unknown): WarehouseRow {
  const cells = list(member(row, 'f'));
  return columns.map((column, index) => wireValue(column, member(cells[index], 'v')));
}

function wireValue(column: WireColumn, value: unknown): WarehouseValue {
  if (column.repeated) return list(value).map((item) => scalar(column, member(item, 'v')));
  return scalar(column, value);
}

function scalar(column: WireColumn, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (!column.known) return typeof value === 'string' ? value : JSON.stringify(plain(value));
  if (typeof value !== 'string') throw unreadable(column, typeof value);
  switch (column.type.kind) {
    case 'STRING':
    case 'JSON':
      return value;
    case 'FLOAT64':
      return float(column, value);
    case 'TIMESTAMP':
      return micros(column, value);
    default: {
      const reading = readValue(column.type, value);
      if (!reading.ok) throw unreadable(column, reading.expected);
      return reading.value;
    }
  }
}

/** Microseconds since the epoch, asked for by formatOptions.useInt64Timestamp. */
function micros(column: WireColumn, value: string): bigint {
  if (!/^-?\d{1,18}$/.test(value)) throw unreadable(column, 'microseconds as a whole number');
  return BigInt(value);
}

function float(column: WireColumn, value: string): number {
  if (/^-?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(value)) return Number.NaN;
  const reading = readValue(column.type, value);
  if (!reading.ok || typeof reading.value !== 'number') throw unreadable(column, 'a number');
  return reading.value;
}

/** {f: [{v}]} and [{v}] without their frames. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(member(item, 'v')));
  const fields = member(value, 'f');
  return fields === undefined ? value : list(fields).map((field) => plain(member(field, 'v')));
}

function unreadable(column: WireColumn, expected: string): MarketsError {
  return new MarketsError('WAREHOUSE_QUERY', 'A value of the warehouse cannot be held exactly.', {
    expected,
    found: `another value in column ${column.name}`,
    next: 'round or cast the column in the query',
  });
}
