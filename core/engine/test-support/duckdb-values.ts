/** Rows of a Parquet file as DuckDB reads them, in the words of parquet-values.ts. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { ColumnType, Value } from '../../types/column-type.ts';
import { plainText } from './parquet-values.ts';

export type PlainCell = string | null | readonly (string | null)[];

export async function query(sql: string): Promise<DuckDBValue[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export function plainCell(type: ColumnType, value: DuckDBValue): PlainCell {
  if (value instanceof DuckDBListValue) return value.items.map((item) => plainText(type, valueOf(item)));
  return plainText(type, valueOf(value));
}

function valueOf(value: DuckDBValue): Value {
  if (value instanceof DuckDBDecimalValue) return value.value;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBTimeValue || value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return value.micros;
  }
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return value as Value;
  throw new TypeError('DuckDB gave a value of another kind');
}
