import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GoogleSqlAnalyzer } from './analyzer.ts';
import type { Catalog } from './catalog.ts';

const CATALOG: Catalog = {
  shop: {
    raw: {
      orders: {
        columns: { id: 'INT64', price: 'NUMERIC(38,9)', tags: 'ARRAY<STRING>', place: 'STRUCT<x INT64, y STRING>', body: 'JSON' },
        ingestionTimePartitioned: true,
      },
    },
  },
};

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
afterAll(() => analyzer.close());

describe('the GoogleSQL analyzer', () => {
  it('gives names and types of what a query selects', async () => {
    const sql = 'select id + 1 as next, price * 2 as twice, tags, place, cast(price as float64) / 3 from `shop`.`raw`.`orders`';
    expect(await analyzer.analyze(sql, CATALOG)).toEqual({
      ok: true,
      kind: 'QUERY',
      columns: [
        { name: 'next', type: 'INT64' },
        { name: 'twice', type: 'NUMERIC' },
        { name: 'tags', type: 'ARRAY<STRING>' },
        { name: 'place', type: 'STRUCT<x INT64, y STRING>' },
        { name: '$col5', type: 'FLOAT64' },
      ],
    });
  });

  it('finds tables by path, by one quoted name and in the default project, and the pseudo columns of partitions', async () => {
    for (const name of ['shop.raw.orders', '`shop.raw.orders`', 'raw.orders', '`shop`.raw.`orders`']) {
      const analysis = await analyzer.analyze(`select id from ${name} where _PARTITIONDATE >= date '2023-01-30'`, CATALOG);
      expect(analysis, name).toMatchObject({ ok: true });
    }
  });

  it.each([
    ['select nope\nfrom shop.raw.orders', 'Unrecognized name: nope', 1, 8],
    ['select id\nfrom shop.raw.order_s', 'Table not found: shop.raw.order_s', 2, 6],
    ['select id + tags from raw.orders', 'No matching signature for operator +', 1, 8],
    ['select id fron raw.orders where', 'Syntax error', 1, 16],
    ['select translate2(body) from raw.orders', 'Function not found: translate2', 1, 8],
    ['select array_filter(tags, t -> t = "a") from raw.orders', '', 1, 27],
    ['create table raw.a (x int64) options (colour = "red")', 'Unknown option', 1, 39],
  ])('refuses %j', async (sql, message, line, column) => {
    const analysis = await analyzer.analyze(sql, CATALOG);
    expect(analysis).toMatchObject({ ok: false, line, column });
    expect(analysis.ok ? '' : analysis.message).toContain(message);
  });

  it('names the kind of a statement, and the columns that a CREATE TABLE defines', async () => {
    const create = 'create table if not exists raw.a (x numeric(10, 2) not null, y array<string>) partition by _PARTITIONDATE cluster by x';
    expect(await analyzer.analyze(create, CATALOG)).toEqual({
      ok: true,
      kind: 'CREATE_TABLE',
      columns: [
        { name: 'x', type: 'NUMERIC(10,2)' },
        { name: 'y', type: 'ARRAY<STRING>' },
      ],
    });
    const kinds = await analyzer.analyzeAll(
      `merge raw.orders a using (select 1 as id) b on a.id = b.id when matched then update set price = 2; -- ; a comment
       create or replace table raw.b options (labels = [('a', 'b')]) as select id, price from raw.orders;
       create or replace view raw.c as select id from raw.orders;
       alter table raw.orders add column if not exists more string options (description = ';');
       delete from raw.orders where true; insert into raw.orders (id) values (1); drop table if exists raw.z;`,
      CATALOG,
    );
    expect(kinds.map((each) => (each.ok ? each.kind : each.message))).toEqual([
      'MERGE',
      'CREATE_TABLE_AS_SELECT',
      'CREATE_VIEW',
      'ALTER_TABLE',
      'DELETE',
      'INSERT',
      'DROP',
    ]);
  });

  it('evaluates a query exactly', async () => {
    const sql = `select 9007199254740993, numeric '-1.000000001', bignumeric '0.00000000000000000000000000000000000001',
      date '2023-01-30', time '12:30:00.000001', datetime '2023-01-30 06:00:00.5', timestamp '1969-12-31 23:59:59.999999+00',
      'é', true, cast(null as string), [1, 2], 0.5`;
    expect(await analyzer.evaluate(sql)).toMatchObject({
      ok: true,
      rows: [[9007199254740993n, -1000000001n, 1n, 19387, 45000000001, 1675058400500000n, -1n, 'é', true, null, [1n, 2n], 0.5]],
    });
    expect(await analyzer.evaluate('select 1 / 0')).toMatchObject({ ok: false, failed: true });
    expect(await analyzer.evaluate('select nope')).toMatchObject({ ok: false, failed: false });
  });
});
