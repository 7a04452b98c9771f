/**
 * Rows as JSON objects. Every column is there, in the order of the query; decimals are plain numbers without trailing zeros, times are UTC with 6
 * digits. The same rows give the same bytes.
 */
import type { WarehouseColumn, WarehouseRow, WarehouseValue } from '../../core/ports/warehouse-reader.ts';
import { isList } from '../../core/warehouse/print-cell.ts';
import { printValue } from '../../core/types/print-value.ts';

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
    default:
      return remembering((value) => JSON.stringify(text(type, value)));
  }
}

/** Distinct values of a column that are remembered: most text columns have few, and printing costs more than looking up. */
const REMEMBERED_MAX = 1024;

function remembering(print: Printer): Printer {
  const printed = new Map<WarehouseValue, string>();
  return (value) => {
    let text = printed.get(value);
    if (text === undefined) {
      text = print(value);
      if (printed.size < REMEMBERED_MAX) printed.set(value, text);
    }
    return text;
  };
}

function text(type: WarehouseColumn['type'], value: WarehouseValue): string {
  return isList(value) ? '' : (printValue(type, value) ?? '');
}
