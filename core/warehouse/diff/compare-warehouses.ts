/** Two warehouses, of one kind or of two: their tables, the columns of these, their rows with exact values. Nothing is written in either. */
import type { WarehouseReader } from '../../ports/warehouse-reader.ts';
import { LAYERS, type Layer } from '../dialect.ts';
import { compareTable, type CompareTableOptions, type TableComparison } from './compare-table.ts';

export interface ComparedWarehouses extends CompareTableOptions {
  readonly layers: readonly Layer[];
  /** layer.table -> columns that name a row. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** layer.table and layer.table.column, or *.column, left out on both sides; * stands for any text. */
  readonly except: readonly string[];
  readonly onTable?: (done: number, total: number, table: string) => void;
}

export interface TableResult {
  /** layer.table */
  readonly table: string;
  readonly status: 'equal' | 'different' | 'only_left' | 'only_right';
  readonly key: readonly string[];
  /** Columns that only one side has. */
  readonly columns_only_left: readonly string[];
  readonly columns_only_right: readonly string[];
  /** null for a table of one side only. */
  readonly rows: TableComparison | null;
}

type Tables = ReadonlyMap<string, readonly string[]>;

export async function compareWarehouses(options: ComparedWarehouses): Promise<readonly TableResult[]> {
  const isExcept = exceptMatcher(options.except);
  const left = await tablesOf(options.left, options.layers, isExcept);
  const right = await tablesOf(options.right, options.layers, isExcept);
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  const results: TableResult[] = [];
  for (const [index, table] of names.entries()) {
    options.onTable?.(index, names.length, table);
    results.push(await compareOne(table, left.get(table), right.get(table), options));
  }
  options.onTable?.(names.length, names.length, '');
  return results;
}

async function compareOne(
  table: string,
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
  options: ComparedWarehouses,
): Promise<TableResult> {
  if (left === undefined || right === undefined) {
    const status = left === undefined ? 'only_right' : 'only_left';
    return { table, status, key: [], columns_only_left: [], columns_only_right: [], rows: null };
  }
  const columns = left.filter((column) => right.includes(column)).sort();
  const known = (options.keys.get(table) ?? []).filter((column) => columns.includes(column));
  const key = known.length === (options.keys.get(table) ?? []).length && known.length > 0 ? known : columns;
  const rows = await compareTable({ ...placeOf(table), columns, key }, options);
  const columns_only_left = left.filter((column) => !right.includes(column));
  const columns_only_right = right.filter((column) => !left.includes(column));
  const isEqual =
    rows.only_left + rows.only_right + rows.changed + rows.types.length + columns_only_left.length + columns_only_right.length === 0;
  return { table, status: isEqual ? 'equal' : 'different', key: known, columns_only_left, columns_only_right, rows };
}

function placeOf(table: string): { readonly layer: Layer; readonly name: string } {
  const cut = table.indexOf('.');
  const layer = LAYERS.find((one) => one === table.slice(0, cut));
  return { layer: layer ?? 'curation', name: table.slice(cut + 1) };
}

async function tablesOf(reader: WarehouseReader, layers: readonly Layer[], isExcept: (name: string) => boolean): Promise<Tables> {
  const tables = new Map<string, string[]>();
  for await (const batch of (await reader.query(reader.dialect.columnsQuery(layers))).batches) {
    for (const [layer, name, column] of batch) {
      const table = `${String(layer)}.${String(name)}`;
      if (isExcept(table) || isExcept(`${table}.${String(column)}`)) continue;
      tables.set(table, [...(tables.get(table) ?? []), String(column)]);
    }
  }
  return tables;
}

function exceptMatcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split('*')
          .map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
          .join('.*')}$`,
      ),
  );
  return (name) => expressions.some((expression) => expression.test(name));
}
