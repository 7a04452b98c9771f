/** Rows of the warehouse as texts by column name, for small results that a person reads. */
import type { WarehouseReader, WarehouseValue } from '../../core/ports/warehouse-reader.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import { printValue } from '../../core/types/print-value.ts';

export type TextRow = Readonly<Record<string, string | null>>;

/** More rows than this are not for a screen. */
const ROWS_MAX = 10_000;

/** At most ROWS_MAX rows; the statement says how many it wants. */
export async function readRows(reader: WarehouseReader, sql: string, parameters: readonly string[] = []): Promise<readonly TextRow[]> {
  const { columns, batches } = await reader.query(sql, parameters);
  const rows: TextRow[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      if (rows.length >= ROWS_MAX) return rows;
      rows.push(Object.fromEntries(columns.map(({ name, type }, index) => [name, valueText(type, row[index] ?? null)])));
    }
  }
  return rows;
}

function valueText(type: ColumnType, value: WarehouseValue): string | null {
  if (isList(value)) return `[${value.map((element) => printValue(type, element) ?? 'null').join(', ')}]`;
  return printValue(type, value);
}

function isList(value: WarehouseValue): value is readonly Value[] {
  return Array.isArray(value);
}
