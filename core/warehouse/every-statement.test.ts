/** SQL for BigQuery outside dbt, as BigQuery's own analyzer reads it: the DDL and the expressions of every spec, and what the lane asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expression } from '../expression/expression.ts';
import { compileToBigQuerySql } from '../expression/to-bigquery-sql.ts';
import { requireSpecs } from '../spec/load-specs.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import { bigqueryText } from './bigquery-text.ts';
import { bigqueryBaseType, bigqueryType } from './bigquery-type.ts';
import { bigqueryDialect, LAYERS } from './dialect.ts';
import { addColumnsDdl, createTableDdl } from './raw-table-ddl.ts';
import { LANE_TABLES, rawTable } from './raw-tables.ts';
import { standingMessagesQuery } from './standing-messages.ts';
import { streamTable } from './stream-tables.ts';
import { GoogleSqlAnalyzer } from './test-support/google-sql/analyzer.ts';
import type { Catalog } from './test-support/google-sql/catalog.ts';
import { catalogTables } from './test-support/google-sql/raw-catalog.ts';

const HOME = join(import.meta.dirname, '../..');
const NAMES = bigqueryDialect({ project: 'bank', datasetPrefix: '' });
const NOW = { currentTimestamp: "TIMESTAMP '2023-01-30 06:00:00+00'" };
const specs = await requireSpecs(join(HOME, 'source_specs'));
const tables = [...specs.map(rawTable), ...LANE_TABLES];
const CATALOG: Catalog = { bank: { raw: catalogTables(tables) } };

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
afterAll(() => analyzer.close());

async function expectValid(sql: string, catalog: Catalog = CATALOG): Promise<void> {
  const analyses = await analyzer.analyzeAll(sql, catalog);
  expect(analyses.length).toBeGreaterThan(0);
  for (const analysis of analyses) if (!analysis.ok) throw new Error(`${analysis.message} (line ${analysis.line})\n${sql}`);
}

/** Everything that a spec computes in a row of its own columns. */
function expressionsOf(spec: SourceSpec): readonly Expression[] {
  return [
    ...spec.validation.row_level.map(({ expression }) => expression),
    ...spec.canonical.map.map(({ expression }) => expression),
    ...(spec.processing.identity === null ? [] : [spec.processing.identity.source_id]),
  ];
}

const computing = specs.filter((spec) => expressionsOf(spec).length > 0);

describe('SQL for BigQuery', () => {
  it.each(tables.map((table) => [table.name, table] as const))('makes and widens raw.%s', async (_, table) => {
    await expectValid(`${createTableDdl(table, NAMES)};`, { bank: {} });
    const old = { ...table, columns: table.columns.slice(0, 1) };
    const statements = addColumnsDdl(table, [old.columns[0]!.name], NAMES);
    expect(statements).toHaveLength(table.columns.length - 1);
    await expectValid(statements.join(';\n'), { bank: { raw: catalogTables([old]) } });
  });

  it.each(computing.map((spec) => [spec.name, spec] as const))(
    'computes rules, mappings and ids of %s, each of its type',
    async (name, spec) => {
      const expressions = expressionsOf(spec);
      const list = expressions.map((each, n) => `${compileToBigQuerySql(each, NOW)} AS c${n}`).join(',\n');
      const sql = `SELECT ${list} FROM ${NAMES.table('raw', name)} WHERE _PARTITIONDATE >= DATE '2023-01-30'`;
      const analysis = await analyzer.analyze(sql, CATALOG);
      expect(analysis.ok ? '' : `${analysis.message} in ${sql.split('\n')[analysis.line - 1] ?? ''}`).toBe('');
      expect(analysis.ok && analysis.columns.map(({ type }) => type)).toEqual(expressions.map(({ type }) => bigqueryBaseType(type)));
    },
  );

  it('asks for the columns of every layer', async () => {
    const columns = { table_name: 'STRING', column_name: 'STRING', ordinal_position: 'INT64' };
    const schema = Object.fromEntries(LAYERS.map((layer) => [layer, { 'INFORMATION_SCHEMA.COLUMNS': { columns } }]));
    await expectValid(NAMES.columnsQuery(LAYERS), { bank: schema });
    await expectValid(`select ${NAMES.asText('1')}, ${NAMES.asInteger("'1'")}, ${NAMES.column('a')} from (select 1 as a)`);
  });

  it('asks which messages of a stream stand in its table', async () => {
    const table = streamTable('ticks', 'messages');
    const columns = Object.fromEntries(
      table.columns.map(({ name, type, is_native_json }) => [name, is_native_json === true ? 'JSON' : bigqueryType(type, false)]),
    );
    const sql = standingMessagesQuery(NAMES, { source: 'ticks', since: '2023-01-28T17:04:00.000000Z', runsMax: 100 });
    // The analyzer knows no parameters; the reader binds a STRING.
    const analysis = await analyzer.analyze(sql.replace('?', bigqueryText('[]')), { bank: { raw: { [table.name]: { columns } } } });
    expect(analysis.ok ? analysis.columns.map(({ type }) => type) : analysis.message).toEqual([
      ...['STRING', 'INT64', 'INT64', 'INT64'],
      ...['TIMESTAMP', 'TIMESTAMP'],
    ]);
  });

  it('stands in files that end in .bigquery.sql, wherever they lie', async () => {
    const files = readdirSync(HOME, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.bigquery.sql') && !/(^|\/)(node_modules|\.tools|data|dbt_project)\//.test(file),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await expectValid(readFileSync(join(HOME, file), 'utf8'), { bank: {} });
  });

  it('is refused where it is wrong', async () => {
    await expect(expectValid(`select nope from ${NAMES.table('raw', '_events')}`)).rejects.toThrow('nope');
    expect(bigqueryType({ kind: 'JSON' })).toBe('STRING');
  });
});
