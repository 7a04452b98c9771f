/** The DuckDB type that holds the values of a column type exactly; it is also what DuckDB reads from the staged Parquet. */
import type { ColumnType } from '../types/column-type.ts';

export function duckdbType(type: ColumnType, repeated = false): string {
  return repeated ? `${scalarType(type)}[]` : scalarType(type);
}

function scalarType(type: ColumnType): string {
  switch (type.kind) {
    case 'STRING':
      return 'VARCHAR';
    case 'INT64':
      return 'BIGINT';
    case 'DECIMAL':
      return `DECIMAL(${String(type.precision)}, ${String(type.scale)})`;
    case 'FLOAT64':
      return 'DOUBLE';
    case 'BOOL':
      return 'BOOLEAN';
    case 'DATE':
      return 'DATE';
    case 'TIME':
      return 'TIME';
    case 'DATETIME':
      return 'TIMESTAMP';
    case 'TIMESTAMP':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'JSON':
      return 'JSON';
    case 'BYTES':
      return 'BLOB';
  }
}
