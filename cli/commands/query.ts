/** `markets query`: read-only SQL on the warehouse's snapshot. */
import { join } from 'node:path';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { classifiedInWarehouse } from '../../core/classification/classified-columns.ts';
import { maskRows } from '../../core/classification/mask-rows.ts';
import { csvHeader, csvPrinter } from '../../core/warehouse/csv-rows.ts';
import { jsonCell, printCell } from '../../core/warehouse/print-cell.ts';
import type { WarehouseReader, WarehouseRow, WarehouseRows } from '../../core/ports/warehouse-reader.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { printType } from '../../core/types/type-text.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { workFolder } from '../lane/work-folder.ts';

const DEFAULT_LIMIT = 1_000;
const MAX_CELL_WIDTH = 60;

export const command: Command = {
  name: 'query',
  summary: "Read-only SQL on the warehouse's snapshot, as a table, CSV or JSON",
  description:
    'Runs one reading statement on the snapshot that the last good build left. Nothing can be changed and no file be reached. ' +
    'A table and JSON show the first rows (--limit); CSV gives all. Columns with the name of a classified column (pii, confidential) or of one made ' +
    'from it are masked without --unmasked. Exit status 2: the statement is wrong, or there is no warehouse yet.',
  arguments: [{ name: 'sql', description: 'one SELECT statement (DuckDB)', required: true }],
  options: [
    { flags: '--format <format>', description: 'how rows are shown', choices: ['table', 'csv'], default: 'table' },
    { flags: '--unmasked', description: 'also show classified columns' },
    { flags: '--limit <rows>', description: `rows of a table or of JSON (default: ${String(DEFAULT_LIMIT)})` },
  ],
  examples: [
    { line: 'markets query "select * from control.source_completeness"', says: 'what came and what did not' },
    { line: 'markets query "select * from curation.trades_enriched" --format csv', says: 'all trades as CSV' },
  ],
  run: async ({ input, settings }) => {
    const reader = await openDuckdbWarehouse({ path: join(workFolder(settings.root), 'warehouse', 'snapshot.duckdb') });
    try {
      const classified = input.flag('unmasked') ? new Set<string>() : classifiedInWarehouse(await requireSpecs(settings.specs));
      const rows = maskRows(await reader.query(input.text('sql')), classified);
      if (input.text('format') === 'csv' && !settings.json) {
        return { exitCode: 0, data: null, render: () => csv(reader, rows) };
      }
      const limit = input.integer('limit', 1) ?? DEFAULT_LIMIT;
      const { shown, isCut } = await firstRows(rows, limit);
      reader.close();
      return { exitCode: 0, data: document(rows, shown, isCut), render: () => table(rows, shown, isCut) };
    } catch (error) {
      reader.close();
      throw error;
    }
  },
};

async function firstRows(rows: WarehouseRows, limit: number): Promise<{ shown: readonly WarehouseRow[]; isCut: boolean }> {
  const shown: WarehouseRow[] = [];
  for await (const batch of rows.batches) {
    shown.push(...batch);
    if (shown.length > limit) return { shown: shown.slice(0, limit), isCut: true };
  }
  return { shown, isCut: false };
}

async function* csv(reader: WarehouseReader, rows: WarehouseRows): AsyncGenerator<string> {
  try {
    const print = csvPrinter(rows.columns);
    yield csvHeader(rows.columns.map((column) => column.name));
    for await (const batch of rows.batches) yield batch.map((row) => print(row)).join('');
  } finally {
    reader.close();
  }
}

/** Decimals and 64-bit integers beyond what a JSON number holds exactly are texts. */
function document(rows: WarehouseRows, shown: readonly WarehouseRow[], isCut: boolean): unknown {
  return {
    columns: rows.columns.map((column) => ({ name: column.name, type: `${printType(column.type)}${column.repeated ? '[]' : ''}` })),
    rows: shown.map((row) => row.map((value, index) => jsonCell(rows.columns[index], value))),
    row_count: shown.length,
    is_cut: isCut,
  };
}

function table(rows: WarehouseRows, shown: readonly WarehouseRow[], isCut: boolean): string {
  const titles = rows.columns.map((column) => ({
    title: column.name,
    maxWidth: MAX_CELL_WIDTH,
    align: ['INT64', 'DECIMAL', 'FLOAT64'].includes(column.type.kind) ? ('right' as const) : ('left' as const),
  }));
  const cells = shown.map((row) => row.map((value, index) => printCell(rows.columns[index], value)));
  const end = `${String(shown.length)} ${shown.length === 1 ? 'row' : 'rows'}${isCut ? ', cut: there are more (--limit, or --format csv for all)' : ''}`;
  return `${renderTable(titles, cells)}\n${end}`;
}
