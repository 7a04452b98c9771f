/** The business tables of a DuckDB warehouse and of BigQuery, compared row by row: every column that DuckDB has, as exact text. */
import { openBigqueryWarehouse } from '../../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import { openDuckdbWarehouse } from '../../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import type { WarehouseReader } from '../../../core/ports/warehouse-reader.ts';
import type { Layer } from '../../../core/warehouse/dialect.ts';
import { printCell } from '../../../core/warehouse/print-cell.ts';
import type { BigqueryWarehouse } from '../project/warehouse-target.ts';
import { snapshotPath } from '../snapshot.ts';

export interface WarehousesDifference {
  /** layer.table */
  readonly table: string;
  readonly rows: readonly [duckdb: number, bigquery: number];
  /** The first rows that only one side has, as JSON. */
  readonly onlyDuckdb: readonly string[];
  readonly onlyBigquery: readonly string[];
}

const BUSINESS: readonly Layer[] = ['staging', 'snapshots', 'dimensions', 'curation', 'consumer'];
const EXAMPLES = 2;
const NO_LIMIT = 1_000_000_000_000n;

/** The tables that differ. `leftOut` are layer.table.column, for what an emulator cannot. */
export async function compareAll(
  rootFolder: string,
  warehouse: BigqueryWarehouse,
  leftOut: readonly string[] = [],
): Promise<readonly WarehousesDifference[]> {
  const duckdb = await openDuckdbWarehouse({ path: snapshotPath(rootFolder) });
  const bigquery = openBigqueryWarehouse({
    project: warehouse.project,
    location: warehouse.location,
    datasetPrefix: warehouse.dataset_prefix,
    apiEndpoint: warehouse.api_endpoint ?? null,
    maximumBytesBilled: NO_LIMIT,
    labels: {},
  });
  try {
    const differences: WarehousesDifference[] = [];
    for (const [layer, table, columns] of await tables(duckdb)) {
      const kept = columns.filter((column) => !leftOut.includes(`${layer}.${table}.${column}`));
      const [left, right] = [await rows(duckdb, layer, table, kept), await rows(bigquery, layer, table, kept)];
      const [onlyDuckdb, onlyBigquery] = [without(left, right), without(right, left)];
      if (onlyDuckdb.length + onlyBigquery.length > 0) {
        differences.push({
          table: `${layer}.${table}`,
          rows: [left.length, right.length],
          onlyDuckdb: onlyDuckdb.slice(0, EXAMPLES),
          onlyBigquery: onlyBigquery.slice(0, EXAMPLES),
        });
      }
    }
    return differences;
  } finally {
    duckdb.close();
    bigquery.close();
  }
}

type Table = readonly [layer: Layer, table: string, columns: readonly string[]];

async function tables(reader: WarehouseReader): Promise<readonly Table[]> {
  const found = new Map<string, string[]>();
  for (const [layer, table, column] of await texts(reader, reader.dialect.columnsQuery(BUSINESS))) {
    found.set(`${layer ?? ''} ${table ?? ''}`, [...(found.get(`${layer ?? ''} ${table ?? ''}`) ?? []), column ?? '']);
  }
  return [...found].map(([name, columns]): Table => {
    const [layer = '', table = ''] = name.split(' ');
    return [layer as Layer, table, columns];
  });
}

async function rows(reader: WarehouseReader, layer: Layer, table: string, columns: readonly string[]): Promise<readonly string[]> {
  const sql = `select ${columns.map((column) => reader.dialect.column(column)).join(', ')} from ${reader.dialect.table(layer, table)}`;
  return (await texts(reader, sql)).map((row) => JSON.stringify(row)).toSorted();
}

async function texts(reader: WarehouseReader, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const found: (string | null)[][] = [];
  const { columns, batches } = await reader.query(sql);
  for await (const batch of batches) {
    for (const row of batch) found.push(row.map((value, index) => printCell(columns[index], value)));
  }
  return found;
}

/** Of two sorted lists the elements that only the first has, each as often as it has it more. */
function without(left: readonly string[], right: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of right) counts.set(row, (counts.get(row) ?? 0) + 1);
  return left.filter((row) => {
    const count = counts.get(row) ?? 0;
    counts.set(row, count - 1);
    return count <= 0;
  });
}
