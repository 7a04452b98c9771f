import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WarehouseReader, WarehouseRow } from '../../ports/warehouse-reader.ts';
import { compareWarehouses } from './compare-warehouses.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import { warehouseReaderContract } from '../../ports/warehouse-reader.contract.ts';
import { openDuckdbWarehouse } from './duckdb-warehouse-reader.ts';

let folder = '';
let reader: WarehouseReader;

async function write(name: string, ...statements: string[]): Promise<string> {
  const path = join(folder, name);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`ATTACH '${path}' AS markets`);
  await connection.run('USE markets');
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  return path;
}

async function rows(sql: string, parameters: readonly string[] = []): Promise<readonly WarehouseRow[]> {
  const { batches } = await reader.query(sql, parameters);
  const all: WarehouseRow[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reader-'));
  const path = await write(
    'a.duckdb',
    'CREATE TABLE t AS SELECT range AS n FROM range(5000)',
    'CREATE VIEW v AS SELECT * FROM markets.main.t',
  );
  reader = await openDuckdbWarehouse({ path });
});
afterAll(async () => {
  reader.close();
  await rm(folder, { recursive: true, force: true });
});

warehouseReaderContract('DuckDB', {
  open: async () => {
    const path = await write('contract.duckdb', 'CREATE SCHEMA raw', 'CREATE TABLE raw.numbers AS SELECT range AS n FROM range(12000)');
    return await openDuckdbWarehouse({ path });
  },
  literal: (type, written) => `cast(${written === null ? 'null' : `'${written}'`} as ${duckdbType(type)})`,
});

describe('the warehouse reader', () => {
  it('gives every type in its exact form', async () => {
    const sql = `SELECT 99999999999999999999.999999999999999999::DECIMAL(38,18), 1.5::DECIMAL(4,1), (-9223372036854775808)::BIGINT, 7::SMALLINT,
      'x', NULL::VARCHAR, true, 1.5::DOUBLE, DATE '1969-12-31', TIME '23:59:59.999999', TIMESTAMP '2023-01-30 00:00:00.000001',
      TIMESTAMPTZ '0001-01-01 00:00:00+00', '\\x00ff'::BLOB, '{"a": 1}'::JSON, [1, NULL, 3], sum(n) FROM t`;
    const [row] = await rows(sql);
    expect(row).toEqual([
      99999999999999999999999999999999999999n,
      15n,
      -9223372036854775808n,
      7n,
      'x',
      null,
      true,
      1.5,
      -1,
      86_399_999_999,
      1675036800000001n,
      -62135596800000000n,
      expect.any(Uint8Array),
      '{"a": 1}',
      [1n, null, 3n],
      12497500n,
    ]);
    const { columns } = await reader.query(sql);
    expect(columns.map(({ type, repeated }) => [type.kind, repeated].join(' ')).slice(8, 15)).toEqual([
      'DATE false',
      'TIME false',
      'DATETIME false',
      'TIMESTAMP false',
      'BYTES false',
      'JSON false',
      'INT64 true',
    ]);
  });

  it('streams rows in batches, through views, with parameters', async () => {
    expect(await rows('SELECT n FROM v WHERE n >= cast(? AS INTEGER) ORDER BY n', ['2'])).toHaveLength(4998);
  });

  it('refuses whatever does more than read one statement, and every way out of the snapshot', async () => {
    for (const sql of [
      'SELECT 1; SELECT 2',
      '',
      'CREATE TABLE x (i INTEGER)',
      'DELETE FROM t',
      "ATTACH '/tmp/x.duckdb'",
      'SET threads = 1',
      'LOAD httpfs',
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM glob('/*')",
      "COPY t TO '/tmp/t.csv'",
      'nonsense',
      'SELECT no_such FROM t',
      'CALL pragma_version()',
    ]) {
      await expect(rows(sql), sql).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY' });
    }
    expect(await rows('SELECT count(*) FROM t')).toEqual([[5000n]]);
  });

  it('says what to do where there is no warehouse yet', async () => {
    await expect(openDuckdbWarehouse({ path: join(folder, 'none.duckdb') })).rejects.toMatchObject({ code: 'WAREHOUSE_MISSING' });
  });
});

describe('comparing warehouses', () => {
  it('finds a row, a value, a table and a column that differ', async () => {
    const schema = 'CREATE SCHEMA curation';
    const left = await write(
      'left.duckdb',
      schema,
      'CREATE TABLE curation.a AS SELECT 1 AS x',
      'CREATE TABLE curation.b AS SELECT 1 AS x',
      'CREATE TABLE curation.c AS SELECT 1 AS x',
    );
    const right = await write(
      'right.duckdb',
      schema,
      'CREATE TABLE curation.a AS SELECT 1 AS x',
      'CREATE TABLE curation.b AS SELECT unnest([1, 1]) AS x',
      'CREATE TABLE curation.d AS SELECT 1 AS x',
    );
    const found = await compareWarehouses(left, right);
    expect(found.map(({ table, onlyLeft, onlyRight }) => [table, onlyLeft, onlyRight])).toEqual([
      ['curation.b', 0, 1],
      ['curation.c', -1, -1],
      ['curation.d', -1, -1],
    ]);
    expect(await compareWarehouses(left, left)).toEqual([]);
  });
});
