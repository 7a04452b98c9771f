/** Rows of a query with the values of classified columns masked. */
import type { WarehouseRow, WarehouseRows } from '../ports/warehouse-reader.ts';
import { MASKED } from './classified-columns.ts';

/** A masked column is a STRING of which only NULL can be told. By name: whoever renames a column in SQL sees it. */
export function maskRows(rows: WarehouseRows, classified: ReadonlySet<string>): WarehouseRows {
  const masked = rows.columns.map(({ name }) => classified.has(name));
  if (!masked.includes(true)) return rows;
  return {
    ...rows,
    columns: rows.columns.map((column, index) =>
      masked[index] === true ? { ...column, type: { kind: 'STRING' }, repeated: false } : column,
    ),
    batches: maskBatches(rows.batches, masked),
  };
}

async function* maskBatches(
  batches: AsyncIterable<readonly WarehouseRow[]>,
  masked: readonly boolean[],
): AsyncGenerator<readonly WarehouseRow[]> {
  for await (const batch of batches) {
    yield batch.map((row) => row.map((value, index) => (masked[index] === true && value !== null ? MASKED : value)));
  }
}
