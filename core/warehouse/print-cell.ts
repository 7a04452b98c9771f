/** Values of the warehouse as text and as JSON. */
import type { WarehouseColumn, WarehouseValue } from '../ports/warehouse-reader.ts';
import type { Value } from '../types/column-type.ts';
import { printValue } from '../types/print-value.ts';

/** null for NULL; a list as [a, b]. */
export function printCell(column: WarehouseColumn | undefined, value: WarehouseValue): string | null {
  if (column === undefined || value === null) return null;
  if (isList(value)) return `[${value.map((item) => printValue(column.type, item) ?? 'NULL').join(', ')}]`;
  return printValue(column.type, value);
}

/** Booleans, floats and safe integers as JSON's own; everything else, decimals too, as its exact text. */
export function jsonCell(column: WarehouseColumn | undefined, value: WarehouseValue): unknown {
  if (column === undefined || value === null) return null;
  return isList(value) ? value.map((item) => jsonScalar(column, item)) : jsonScalar(column, value);
}

function jsonScalar(column: WarehouseColumn, value: Value): unknown {
  if (typeof value === 'boolean' || (typeof value === 'number' && column.type.kind === 'FLOAT64')) return value;
  if (typeof value === 'bigint' && column.type.kind === 'INT64' && Number.isSafeInteger(Number(value))) return Number(value);
  return printValue(column.type, value);
}

export function isList(value: WarehouseValue): value is readonly Value[] {
  return Array.isArray(value);
}
