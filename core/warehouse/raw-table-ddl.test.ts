import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigqueryType } from './bigquery-type.ts';
import { bigqueryDialect, DUCKDB_DIALECT } from './dialect.ts';
import { addColumnsDdl, createTableDdl, DDL_DEFAULTS } from './raw-table-ddl.ts';
import { LANE_TABLES, rawTable } from './raw-tables.ts';
import type { TableNames } from './table-definition.ts';
import { everyTypeSpec } from './test-support/every-type-spec.ts';
import { GoogleSqlAnalyzer } from './test-support/google-sql/analyzer.ts';
import { catalogTables } from './test-support/google-sql/raw-catalog.ts';

const BIGQUERY = bigqueryDialect({ project: 'bank', datasetPrefix: 'int_' });
const TABLES = [rawTable(everyTypeSpec()), ...LANE_TABLES];

function script(names: TableNames): string {
  return TABLES.map((table) => `${createTableDdl(table, names)};\n`).join('\n');
}

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
afterAll(() => analyzer.close());

describe('the DDL of raw tables', () => {
  it('is written for DuckDB', async () => {
    await expect(script(DUCKDB_DIALECT)).toMatchFileSnapshot('golden/raw-tables.duckdb.sql');
  });

  it('is written for BigQuery', async () => {
    await expect(script(BIGQUERY)).toMatchFileSnapshot('golden/raw-tables.bigquery.sql');
  });

  it('makes just those columns in BigQuery, says its analyzer', async () => {
    for (const table of TABLES) {
      const analysis = await analyzer.analyze(createTableDdl(table, BIGQUERY), { bank: {} });
      expect(analysis).toEqual({
        ok: true,
        kind: 'CREATE_TABLE',
        columns: table.columns.map(({ name, type, repeated }) => ({ name, type: bigqueryType(type, repeated).replace(', ', ',') })),
      });
    }
  });

  it('adds just the columns that are missing, in any case of their letters, in BigQuery', async () => {
    const table = rawTable(everyTypeSpec());
    const old = { ...table, columns: table.columns.filter(({ name }) => name !== 'price' && name !== 's') };
    const statements = addColumnsDdl(table, [...old.columns.map(({ name }) => name.toUpperCase())], BIGQUERY);
    expect(statements).toHaveLength(2);
    const catalog = { bank: { int_raw: catalogTables([old]) } };
    for (const statement of statements) {
      expect(await analyzer.analyze(statement, catalog), statement).toMatchObject({ ok: true, kind: 'ALTER_TABLE' });
    }
    expect(
      addColumnsDdl(
        table,
        table.columns.map(({ name }) => name),
        BIGQUERY,
      ),
    ).toEqual([]);
  });

  it('runs on DuckDB, again too, and widens a table that holds rows', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const table = rawTable(everyTypeSpec());
    const old = { ...table, columns: table.columns.slice(1) };
    await connection.run('create schema raw');
    await connection.run(createTableDdl(old, DUCKDB_DIALECT));
    await connection.run(createTableDdl(old, DUCKDB_DIALECT));
    await connection.run('insert into raw.murex_trades (i) values (1)');
    for (const statement of addColumnsDdl(
      table,
      old.columns.map(({ name }) => name),
      DUCKDB_DIALECT,
    ))
      await connection.run(statement);
    const rows = await connection.runAndReadAll('select i, s from raw.murex_trades');
    expect(rows.getRows()).toEqual([[1n, null]]);
    for (const lane of LANE_TABLES) await connection.run(createTableDdl(lane, DUCKDB_DIALECT));
    connection.closeSync();
    instance.closeSync();
  });

  it('leaves the filter of partitions out where it is told so', () => {
    const [table] = TABLES;
    expect(createTableDdl(table!, BIGQUERY, { ...DDL_DEFAULTS, require_partition_filter: false })).not.toContain(
      'require_partition_filter',
    );
  });
});

describe('a BigQuery type', () => {
  it.each([
    [38, 9, 'NUMERIC(38, 9)'],
    [29, 0, 'NUMERIC(29, 0)'],
    [30, 0, 'BIGNUMERIC(30, 0)'],
    [38, 0, 'BIGNUMERIC(38, 0)'],
    [10, 10, 'BIGNUMERIC(10, 10)'],
    [9, 9, 'NUMERIC(9, 9)'],
    [38, 38, 'BIGNUMERIC(38, 38)'],
  ])('of %i digits, %i behind the mark, is %s', async (precision, scale, expected) => {
    expect(bigqueryType({ kind: 'DECIMAL', precision, scale })).toBe(expected);
    expect(await analyzer.analyze(`select cast('1' as ${expected})`, {})).toMatchObject({ ok: true });
  });
});
