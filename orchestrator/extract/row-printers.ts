/**
 * Rows as text. Every column is there, in the order of the query; decimals are plain numbers without trailing zeros, times are UTC with 6
 * digits. The same rows give the same bytes.
 */
import type { WarehouseColumn, WarehouseRow, WarehouseValue } from '../../core/ports/warehouse-reader.ts';
import { printDate, printValue } from '../../core/types/print-value.ts';

type Printer = (value: WarehouseValue) => string;

/** One JSON object without the closing brace, so that further keys may follow. */
export function openJsonPrinter(columns: readonly WarehouseColumn[]): (row: WarehouseRow) => string {
  const printers = columns.map(jsonPrinter);
  const keys = columns.map((column, index) => `${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`);
  return (row) => {
    let text = '';
    for (let index = 0; index < keys.length; index += 1) {
      text += (keys[index] ?? '') + (printers[index]?.(row[index] ?? null) ?? '');
    }
    return text;
  };
}

function jsonPrinter(column: WarehouseColumn): Printer {
  const scalar = scalarPrinter(column);
  const print: Printer = (value) => (value === null ? 'null' : scalar(value));
  if (!column.repeated) return print;
  return (value) => (isList(value) ? `[${value.map(print).join(',')}]` : 'null');
}

function scalarPrinter({ type }: WarehouseColumn): Printer {
  switch (type.kind) {
    case 'BOOL':
    case 'INT64':
    case 'FLOAT64':
    case 'DECIMAL':
      return (value) => text(type, value);
    case 'DATE': {
      const printed = new Map<number, string>();
      return (value) => remembered(printed, value as number);
    }
    default:
      return (value) => JSON.stringify(text(type, value));
  }
}

function remembered(printed: Map<number, string>, day: number): string {
  let text = printed.get(day);
  if (text === undefined) {
    text = `"${printDate(day)}"`;
    printed.set(day, text);
  }
  return text;
}

/** A CSV record (RFC 4180) with its line end; NULL is an empty field and an empty text is quoted. */
export function csvPrinter(columns: readonly WarehouseColumn[]): (row: WarehouseRow) => string {
  return (row) => `${columns.map((column, index) => csvField(column, row[index] ?? null)).join(',')}\r\n`;
}

export function csvHeader(names: readonly string[]): string {
  return `${names.map(quoted).join(',')}\r\n`;
}

/** What a spreadsheet would take for the start of a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;

function csvField(column: WarehouseColumn, value: WarehouseValue): string {
  if (value === null) return '';
  if (isList(value)) return quoted(jsonPrinter(column)(value));
  const printed = text(column.type, value);
  const isText = column.type.kind === 'STRING' || column.type.kind === 'JSON';
  if (!isText) return printed;
  return printed === '' ? '""' : quoted(FORMULA_START.test(printed) ? `'${printed}` : printed);
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function text(type: WarehouseColumn['type'], value: WarehouseValue): string {
  return isList(value) ? '' : (printValue(type, value) ?? '');
}

function isList(value: WarehouseValue): value is Exclude<WarehouseValue, null | string | bigint | number | boolean | Uint8Array> {
  return Array.isArray(value);
}
