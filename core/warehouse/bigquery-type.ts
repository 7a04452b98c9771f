/**
 * The BigQuery type that holds the values of a column type exactly. NUMERIC has 29 digits before and 9 behind the mark, BIGNUMERIC 38 and
 * 38: a decimal takes the first where it fits. All 38 digits of ours fit the second. JSON is its text: BigQuery's own JSON type orders
 * members anew and rewrites numbers, and what came must be kept as it came.
 */
import type { ColumnType } from '../types/column-type.ts';

const NUMERIC_SCALE_MAX = 9;
const NUMERIC_WHOLE_DIGITS_MAX = 29;

/** As a column is declared: with the digits of a decimal. */
export function bigqueryType(type: ColumnType, repeated = false): string {
  const scalar = type.kind === 'DECIMAL' ? `${bigqueryBaseType(type)}(${type.precision}, ${type.scale})` : bigqueryBaseType(type);
  return repeated ? `ARRAY<${scalar}>` : scalar;
}

/** As values have it in a query, where decimals have no digits of their own: NUMERIC or BIGNUMERIC. */
export function bigqueryBaseType(type: ColumnType): string {
  if (type.kind === 'JSON') return 'STRING';
  if (type.kind !== 'DECIMAL') return type.kind;
  return type.scale <= NUMERIC_SCALE_MAX && type.precision - type.scale <= NUMERIC_WHOLE_DIGITS_MAX ? 'NUMERIC' : 'BIGNUMERIC';
}
