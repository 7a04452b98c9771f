/** The DDL of raw tables, executed by the BigQuery emulator. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { bigqueryDialect } from '../../core/warehouse/dialect.ts';
import { addColumnsDdl, createTableDdl } from '../../core/warehouse/raw-table-ddl.ts';
import { LANE_TABLES, rawTable } from '../../core/warehouse/raw-tables.ts';
import type { TableColumn } from '../../core/warehouse/table-definition.ts';
import { everyTypeSpec } from '../../core/warehouse/test-support/every-type-spec.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';
import { HOME } from '../support/command-line.ts';

const NAMES = bigqueryDialect({ project: 'test', datasetPrefix: 'd_' });

serverOrSkip(BQEMULATOR, 'Raw tables on the BigQuery emulator', () => {
  let emulator: BigqueryEmulator;
  beforeAll(async () => {
    emulator = await startBigqueryEmulator();
    await runStatements(emulator, ['create schema d_raw']);
  });
  afterAll(async () => {
    await emulator.stop();
  });

  async function columnsOf(table: string): Promise<readonly string[]> {
    const reader = openBigqueryWarehouse(emulatorOptions(emulator, 'd_'));
    const { columns } = await reader.query(`select * from ${NAMES.table('raw', table)} where false`);
    return columns.map(({ name, type, repeated }) => `${name} ${type.kind}${repeated ? '[]' : ''}`);
  }

  test('are made for every source of this project and for the lane, and made again without a change', async () => {
    const tables = [...(await requireSpecs(`${HOME}/source_specs`)).map(rawTable), ...LANE_TABLES];
    const statements = tables.map((table) => createTableDdl(table, NAMES));
    await runStatements(emulator, [...statements, ...statements]);
    for (const table of tables) {
      const expected = table.columns.map(expectedColumn);
      expect(await columnsOf(table.name)).toEqual(expected);
    }
  });

  test('are widened by the columns that came later', async () => {
    const table = { ...rawTable(everyTypeSpec()), name: 'widened' };
    const old = { ...table, columns: table.columns.slice(2) };
    await runStatements(emulator, [
      createTableDdl(old, NAMES),
      ...addColumnsDdl(
        table,
        old.columns.map(({ name }) => name),
        NAMES,
      ),
    ]);
    expect([...(await columnsOf('widened'))].sort()).toEqual(table.columns.map(expectedColumn).sort());
  });
});

/** JSON is kept as its text. */
function expectedColumn({ name, type, repeated }: TableColumn): string {
  return `${name} ${type.kind === 'JSON' ? 'STRING' : type.kind}${repeated ? '[]' : ''}`;
}
