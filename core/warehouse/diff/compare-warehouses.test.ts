import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdbWarehouse } from '../../adapters/duckdb/duckdb-warehouse-reader.ts';
import type { WarehouseReader } from '../../ports/warehouse-reader.ts';
import { compareWarehouses, type TableResult } from './compare-warehouses.ts';

let folder = '';
const readers: WarehouseReader[] = [];

async function warehouse(name: string, statements: readonly string[]): Promise<WarehouseReader> {
  const path = join(folder, name);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of [`ATTACH '${path}' AS markets`, 'USE markets', 'CREATE SCHEMA curation', ...statements])
    await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
  const reader = await openDuckdbWarehouse({ path });
  readers.push(reader);
  return reader;
}

async function compare(left: WarehouseReader, right: WarehouseReader, except: readonly string[] = []): Promise<readonly TableResult[]> {
  return await compareWarehouses({
    left,
    right,
    layers: ['curation'],
    keys: new Map([['curation.trades', ['id']]]),
    except,
    masked: new Set(['trader']),
    scratchFolder: folder,
    firstMax: 3,
  });
}

/** A few more than one bucket holds. */
const ROWS = 210_000;
const trades = (
  rows: number,
): string => `CREATE TABLE curation.trades AS SELECT range AS id, 'T' || range AS trader, (range * 1.5)::DECIMAL(38,18) AS price,
  TIMESTAMPTZ '2023-01-30 00:00:00+00' + to_microseconds(range) AS at, CASE WHEN range % 2 = 0 THEN 'NULL' END AS note FROM range(${String(rows)})`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-'));
});
afterAll(async () => {
  for (const reader of readers) reader.close();
  await rm(folder, { recursive: true, force: true });
});

describe('comparing two warehouses', () => {
  it('finds the same rows the same, whatever their order, over several buckets, and leaves nothing behind', async () => {
    const left = await warehouse('a.duckdb', [trades(ROWS)]);
    const right = await warehouse('b.duckdb', [`${trades(ROWS)} ORDER BY hash(range)`]);
    const before = await readdir(folder);
    const [found] = await compare(left, right);
    expect(found).toMatchObject({
      table: 'curation.trades',
      status: 'equal',
      key: ['id'],
      rows: { left_rows: ROWS, right_rows: ROWS },
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it('finds a value, a missing row, one too many and a NULL that became a text, and masks what is classified', async () => {
    const left = await warehouse('c.duckdb', [trades(1000)]);
    const right = await warehouse('d.duckdb', [
      trades(1000),
      'UPDATE curation.trades SET price = price + 0.000000000000000001, trader = trader || trader WHERE id = 7',
      "UPDATE curation.trades SET note = 'NULL' WHERE id = 9",
      'DELETE FROM curation.trades WHERE id = 8',
      "INSERT INTO curation.trades SELECT 1000, 'x', 1, TIMESTAMPTZ '2023-01-30 00:00:00+00', NULL",
    ]);
    const [few] = await compare(left, right);
    expect(few?.rows).toMatchObject({ only_left: 1, only_right: 1, changed: 2 });
    expect(few?.rows?.first).toHaveLength(3);
    const all = [...(few?.rows?.first ?? [])];
    expect(JSON.stringify(all)).not.toMatch(/"T7|"T8|"x"/);
    const [whole] = await compareWarehouses({
      ...{ left, right, layers: ['curation'], keys: new Map([['curation.trades', ['id']]]), except: [] },
      ...{ masked: new Set(['trader']), scratchFolder: folder, firstMax: 10 },
    });
    expect(whole?.rows?.first).toContainEqual({
      kind: 'changed',
      key: { id: '7' },
      columns: [
        { column: 'price', left: '10.5', right: '10.500000000000000001' },
        { column: 'trader', left: '***', right: '***' },
      ],
    });
    expect(whole?.rows?.first).toContainEqual({
      kind: 'changed',
      key: { id: '9' },
      columns: [{ column: 'note', left: null, right: 'NULL' }],
    });
  });

  it('counts rows that stand more than once where no key is known', async () => {
    const left = await warehouse('e.duckdb', ['CREATE TABLE curation.lines AS SELECT unnest([1, 1, 2]) AS x']);
    const right = await warehouse('f.duckdb', ['CREATE TABLE curation.lines AS SELECT unnest([1, 2, 2]) AS x']);
    const [lines] = await compare(left, right);
    expect(lines).toMatchObject({
      status: 'different',
      key: [],
      rows: { left_rows: 3, right_rows: 3, changed: 2, only_left: 0, only_right: 0 },
    });
  });

  it('tells of tables, columns and types that differ, and leaves out what it is told to', async () => {
    const left = await warehouse('g.duckdb', [
      'CREATE TABLE curation.t AS SELECT 1 AS x, 2 AS y, 3 AS z',
      'CREATE VIEW curation.l AS SELECT 1 AS x',
    ]);
    const right = await warehouse('h.duckdb', [
      "CREATE TABLE curation.t AS SELECT '1' AS x, 2 AS y",
      'CREATE VIEW curation.r AS SELECT 1 AS x',
    ]);
    expect(await compare(left, right)).toMatchObject([
      { table: 'curation.l', status: 'only_left', rows: null },
      { table: 'curation.r', status: 'only_right', rows: null },
      {
        table: 'curation.t',
        status: 'different',
        columns_only_left: ['z'],
        columns_only_right: [],
        rows: { types: [{ column: 'x', left: 'INT64', right: 'STRING' }], changed: 0 },
      },
    ]);
    expect(await compare(left, right, ['curation.l', 'curation.r', '*.x', 'curation.t.z'])).toMatchObject([
      { table: 'curation.t', status: 'equal' },
    ]);
  });
});
