/** The rows of a table with their key and their values as texts that both warehouses write alike. */
import type { WarehouseColumn, WarehouseReader, WarehouseRow } from '../../ports/warehouse-reader.ts';
import type { Layer } from '../dialect.ts';
import { printCell } from '../print-cell.ts';

export interface ComparedTable {
  readonly layer: Layer;
  readonly name: string;
  /** The columns that are compared, in one order for both sides. */
  readonly columns: readonly string[];
  /** Those among them that name a row; all where the table has no known key. */
  readonly key: readonly string[];
}

export interface ReadRow {
  readonly key: string;
  readonly row: string;
  /** Column -> value as text, null for NULL. */
  readonly values: () => Readonly<Record<string, string | null>>;
}

export interface TableRows {
  readonly columns: readonly WarehouseColumn[];
  readonly rows: AsyncIterable<ReadRow>;
}

export async function readTable(reader: WarehouseReader, { layer, name, columns, key }: ComparedTable): Promise<TableRows> {
  const { dialect } = reader;
  const list = columns.map((column) => dialect.column(column)).join(', ');
  const found = await reader.query(`select ${list} from ${dialect.table(layer, name)}`);
  const keyIndexes = key.map((column) => columns.indexOf(column));
  return { columns: found.columns, rows: rowsOf(found.columns, found.batches, keyIndexes) };
}

async function* rowsOf(
  columns: readonly WarehouseColumn[],
  batches: AsyncIterable<readonly WarehouseRow[]>,
  keyIndexes: readonly number[],
): AsyncGenerator<ReadRow> {
  for await (const batch of batches) {
    for (const row of batch) {
      const texts = columns.map((column, index) => printCell(column, row[index] ?? null));
      yield {
        // As JSON, so that no text can look like two, or like NULL.
        key: JSON.stringify(keyIndexes.map((index) => texts[index] ?? null)),
        row: JSON.stringify(texts),
        values: () => Object.fromEntries(columns.map(({ name }, index) => [name, texts[index] ?? null])),
      };
    }
  }
}
