/** The BigQuery type that holds the values of a column type exactly; a load job reads it from the staged Parquet. */
import type { ColumnType } from '../types/column-type.ts';

export function bigqueryType(type: ColumnType, repeated = false): string {
  return repeated ? `array<${scalarType(type)}>` : scalarType(type);
}

/** NUMERIC(p,s) of BigQuery ends at 29 digits before the decimal point and 9 behind it; above it is BIGNUMERIC. */
function scalarType(type: ColumnType): string {
  if (type.kind !== 'DECIMAL') return type.kind.toLowerCase();
  const { precision, scale } = type;
  const name = scale <= 9 && precision - scale <= 29 ? 'numeric' : 'bignumeric';
  return precision === 0 ? name : `${name}(${String(precision)}, ${String(scale)})`;
}
