/** `markets ddl`: the statements that make the raw tables, for a reader; nothing is run. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import { bigqueryDialect, DUCKDB_DIALECT } from '../../core/warehouse/dialect.ts';
import { createTableDdl } from '../../core/warehouse/raw-table-ddl.ts';
import { LANE_TABLES, rawTable } from '../../core/warehouse/raw-tables.ts';
import type { TableDefinition } from '../../core/warehouse/table-definition.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import type { Command } from '../framework/command.ts';
import type { CommandInput } from '../framework/input.ts';
import type { Settings } from '../framework/settings.ts';

export const command: Command = {
  name: 'ddl',
  summary: 'The statements that make the raw tables, as they follow from the specs',
  description:
    'Prints CREATE TABLE of every raw table: one a source, and those in which the lane keeps its events and quarantine. Nothing is run: ' +
    '`markets run` executes the same statements where the warehouse is BigQuery.',
  arguments: [],
  options: [
    { flags: '--warehouse <kind>', description: 'whose SQL', choices: ['duckdb', 'bigquery'], default: 'bigquery' },
    { flags: '--source <name>', description: 'the table of this source only' },
    { flags: '--project <id>', description: "BigQuery: the project in the names of tables (default: the environment's, else 'project')" },
    { flags: '--dataset-prefix <text>', description: "BigQuery: what stands before the name of each dataset (default: the environment's)" },
  ],
  examples: [
    { line: 'markets ddl', says: 'all raw tables in BigQuery' },
    { line: 'markets --env int ddl', says: "with the names of an environment's datasets" },
    { line: 'markets ddl --source murex_trades --warehouse duckdb', says: 'one of them in DuckDB' },
  ],
  run: async ({ input, settings }) => {
    const names = input.text('warehouse') === 'duckdb' ? DUCKDB_DIALECT : bigqueryDialect(await bigqueryNames(input, settings));
    const specs = await requireSpecs(settings.specs);
    const tables = [...specs.map(rawTable), ...LANE_TABLES];
    const source = input.optional('source');
    const wanted = source === undefined ? tables : [requireTable(tables, source)];
    const statements = wanted.map((table) => ({ table: `${table.layer}.${table.name}`, sql: createTableDdl(table, names) }));
    return {
      exitCode: 0,
      data: { warehouse: names.kind, statements },
      render: () => statements.map(({ sql }) => `${sql};`).join('\n\n'),
    };
  },
};

/** What is given on the command line stands before what the configuration of the environment says. */
async function bigqueryNames(input: CommandInput, settings: Settings): Promise<{ project: string; datasetPrefix: string }> {
  const { warehouse } = await loadLaneConfig(settings.config, settings.env);
  return {
    project: input.optional('project') ?? warehouse.project ?? 'project',
    datasetPrefix: input.optional('dataset-prefix') ?? warehouse.dataset_prefix,
  };
}

function requireTable(tables: readonly TableDefinition[], name: string): TableDefinition {
  const found = tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  const known = tables.map((table) => table.name);
  const nearest = nearestWord(name, known);
  throw new MarketsError('SPEC_NOT_FOUND', `There is no source ${name}.`, {
    expected: nearest === undefined ? known.join(', ') : `perhaps ${nearest}`,
    found: name,
  });
}
