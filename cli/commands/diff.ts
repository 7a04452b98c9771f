/** `markets diff`: two warehouses row by row. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { classifiedInWarehouse } from '../../core/classification/classified-columns.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { LAYERS, type Layer } from '../../core/warehouse/dialect.ts';
import type { RowDifference } from '../../core/warehouse/diff/compare-table.ts';
import { BIGQUERY_ONLY } from '../../core/warehouse/diff/bigquery-only.ts';
import { compareWarehouses, type TableResult } from '../../core/warehouse/diff/compare-warehouses.ts';
import { modelKeys } from '../diff/model-keys.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openSide } from '../lane/open-warehouse.ts';

const FIRST_DEFAULT = 5;
const BUSINESS: readonly Layer[] = ['staging', 'dimensions', 'curation', 'consumer'];

export const command: Command = {
  name: 'diff',
  summary: 'Compare two warehouses row by row, with exact types',
  description:
    'Compares the tables of two warehouses: which there are, their columns and types, and every row by its key. Rows may come in any order; memory ' +
    'is bounded. A side is duckdb (the snapshot below --root), duckdb:FOLDER (of another root), bigquery (of --env) or bigquery:ENV. Values of ' +
    'classified columns are masked without --unmasked. Exit status: 0 the same, 1 something differs, 2 a warehouse cannot be read.',
  arguments: [],
  options: [
    { flags: '--left <side>', description: 'duckdb, duckdb:FOLDER, bigquery or bigquery:ENV', required: true },
    { flags: '--right <side>', description: 'the same', required: true },
    {
      flags: '--layer <name>',
      description: `only this layer, more than once (default: ${BUSINESS.join(', ')})`,
      choices: LAYERS,
      repeatable: true,
    },
    {
      flags: '--except <name>',
      description: 'leave out layer.table or layer.table.column; * for any text; more than once',
      repeatable: true,
    },
    { flags: '--first <rows>', description: `differences that are shown of each table (default: ${String(FIRST_DEFAULT)})` },
    { flags: '--unmasked', description: 'also show classified columns' },
  ],
  examples: [
    { line: 'markets --env int --root data/local diff --left duckdb --right bigquery', says: 'the embedded warehouse against that of int' },
    { line: 'markets diff --left duckdb --right duckdb:/backup/data --layer curation', says: 'one layer of two roots' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const { input, settings, environment } = context;
  const specs = await requireSpecs(settings.specs);
  const readers: WarehouseReader[] = [];
  const progress = context.progress('tables');
  try {
    const left = await openSide(settings, environment.workingFolder, input.text('left'));
    readers.push(left);
    const right = await openSide(settings, environment.workingFolder, input.text('right'));
    readers.push(right);
    await mkdir(tmpdir(), { recursive: true });
    const tables = await compareWarehouses({
      left,
      right,
      layers: layersOf(input.list('layer')),
      keys: await modelKeys(environment.home, specs),
      except: [...(left.dialect.kind === right.dialect.kind ? [] : BIGQUERY_ONLY), ...input.list('except')],
      masked: input.flag('unmasked') ? new Set() : classifiedInWarehouse(specs),
      scratchFolder: tmpdir(),
      firstMax: input.integer('first', 0) ?? FIRST_DEFAULT,
      onTable: (done, total, table) => {
        progress.update(done, total, table);
      },
    });
    const differing = tables.filter(({ status }) => status !== 'equal');
    const data = { left: input.text('left'), right: input.text('right'), equal: differing.length === 0, tables };
    return { exitCode: differing.length === 0 ? 0 : 1, data, render: () => render(tables, differing) };
  } finally {
    progress.stop();
    for (const reader of readers) reader.close();
  }
}

function layersOf(names: readonly string[]): readonly Layer[] {
  const layers = LAYERS.filter((layer) => names.includes(layer));
  if (layers.length < new Set(names).size) {
    throw new MarketsError('CLI_USAGE', '--layer has a value that is not known.', { expected: LAYERS.join(', '), found: names.join(', ') });
  }
  return layers.length === 0 ? BUSINESS : layers;
}

function render(tables: readonly TableResult[], differing: readonly TableResult[]): string {
  const rows = tables.map(({ table, status, rows: found }) => [
    table,
    status,
    ...(found === null ? ['', '', '', '', ''] : [found.left_rows, found.right_rows, found.only_left, found.only_right, found.changed]),
  ]);
  const sections = differing.flatMap(({ table, columns_only_left, columns_only_right, rows: found }) => [
    ...columns_only_left.map((column) => `${table}.${column}: only on the left`),
    ...columns_only_right.map((column) => `${table}.${column}: only on the right`),
    ...(found?.types ?? []).map(({ column, left, right }) => `${table}.${column}: ${left} on the left, ${right} on the right`),
    ...(found?.first ?? []).map((difference) => renderDifference(table, difference)),
  ]);
  const end =
    differing.length === 0
      ? `The same: ${String(tables.length)} tables.`
      : `${String(differing.length)} of ${String(tables.length)} tables differ.`;
  return [renderTable(['table', 'status', 'left', 'right', 'only left', 'only right', 'changed'], rows), ...sections, end].join('\n');
}

function renderDifference(table: string, { kind, key, columns }: RowDifference): string {
  const named = Object.entries(key).map(([column, value]) => `${column}=${value ?? 'NULL'}`);
  const title = `${table} ${kind.replace('_', ' ')}: ${named.join(' ')}`;
  if (kind !== 'changed') return title;
  return [title, ...columns.map(({ column, left, right }) => `  ${column}: ${left ?? 'NULL'} | ${right ?? 'NULL'}`)].join('\n');
}
