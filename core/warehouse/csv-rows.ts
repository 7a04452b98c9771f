/**
 * Rows as CSV (RFC 4180): CRLF, quotes where needed, NULL as an empty field and an empty text quoted. Texts that a spreadsheet would take
 * for a formula get a quote in front; numbers and times cannot be one.
 */
import type { WarehouseColumn, WarehouseRow, WarehouseValue } from '../ports/warehouse-reader.ts';
import { isList, printCell } from './print-cell.ts';

const FORMULA_START = /^[=+\-@\t\r]/;

/** One record with its line end; `more` are further fields that need no quotes. */
export function csvPrinter(columns: readonly WarehouseColumn[]): (row: WarehouseRow, more?: readonly string[]) => string {
  return (row, more = []) => `${[...columns.map((column, index) => csvField(column, row[index] ?? null)), ...more].join(',')}\r\n`;
}

export function csvHeader(names: readonly string[]): string {
  return `${names.map(quoted).join(',')}\r\n`;
}

function csvField(column: WarehouseColumn, value: WarehouseValue): string {
  const printed = printCell(column, value);
  if (printed === null) return '';
  const isText = column.type.kind === 'STRING' || column.type.kind === 'JSON' || isList(value);
  if (!isText) return printed;
  return printed === '' ? '""' : quoted(FORMULA_START.test(printed) ? `'${printed}` : printed);
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
