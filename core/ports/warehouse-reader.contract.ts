/** What every warehouse reader must do. `open` gives a reader of a warehouse whose table raw.numbers has the whole numbers 0 to 11999 in column n. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType } from '../types/column-type.ts';
import type { WarehouseReader, WarehouseRow } from './warehouse-reader.ts';

export interface WarehouseReaderContract {
  readonly open: () => Promise<WarehouseReader>;
  /** An expression of that type: from a text as SQL writes it between quotes, or NULL. */
  readonly literal: (type: ColumnType, written: string | null) => string;
}

const DECIMAL = { kind: 'DECIMAL', precision: 38, scale: 18 } as const;

export function warehouseReaderContract(title: string, { open, literal }: WarehouseReaderContract): void {
  describe(`${title} keeps the contract of warehouse readers`, () => {
    let reader: WarehouseReader;
    beforeAll(async () => {
      reader = await open();
    });
    afterAll(() => {
      reader.close();
    });
    const numbers = (): string => reader.dialect.table('raw', 'numbers');
    const rows = async (sql: string, parameters: readonly string[] = []): Promise<readonly WarehouseRow[]> => {
      const all: WarehouseRow[] = [];
      for await (const batch of (await reader.query(sql, parameters)).batches) all.push(...batch);
      return all;
    };

    const exact: readonly (readonly [ColumnType, string, unknown])[] = [
      [DECIMAL, '99999999999999999999.999999999999999999', 99999999999999999999999999999999999999n],
      [DECIMAL, '-0.000000000000000001', -1n],
      [{ kind: 'DECIMAL', precision: 38, scale: 9 }, '123456789012345678901234567.123456789', 123456789012345678901234567123456789n],
      [{ kind: 'INT64' }, '-9223372036854775808', -9223372036854775808n],
      [{ kind: 'INT64' }, '9007199254740993', 9007199254740993n],
      [{ kind: 'STRING' }, "it''s \u00fc\u{1f600}", "it's \u00fc\u{1f600}"],
      [{ kind: 'STRING' }, '', ''],
      [{ kind: 'BOOL' }, 'true', true],
      [{ kind: 'FLOAT64' }, '0.1', 0.1],
      [{ kind: 'DATE' }, '1969-12-31', -1],
      [{ kind: 'DATE' }, '0001-01-01', -719162],
      [{ kind: 'TIME' }, '23:59:59.999999', 86_399_999_999],
      [{ kind: 'DATETIME' }, '2023-01-30 00:00:00.000001', 1675036800000001n],
      [{ kind: 'TIMESTAMP' }, '2023-01-30 00:00:00.000001+00', 1675036800000001n],
      [{ kind: 'TIMESTAMP' }, '0001-01-01 00:00:00+00', -62135596800000000n],
      [{ kind: 'TIMESTAMP' }, '9999-12-31 23:59:59.999999+00', 253402300799999999n],
    ];

    test('gives every type in its exact form, and NULL', async () => {
      const casts = exact.map(([type, written], index) => `${literal(type, written)} as c${String(index)}`);
      const nulls = exact.map(([type], index) => `${literal(type, null)} as n${String(index)}`);
      const found = await rows(`select ${[...casts, ...nulls].join(', ')}`);
      expect(found).toEqual([[...exact.map(([, , value]) => value), ...exact.map(() => null)]]);
      const { columns } = await reader.query(`select ${casts.join(', ')}`);
      expect(columns.map(({ type, repeated }) => [type.kind, repeated])).toEqual(exact.map(([type]) => [type.kind, false]));
    });

    test('gives lists as lists', async () => {
      const { columns, batches } = await reader.query('select [1, 2, 3] as some');
      expect(columns).toEqual([{ name: 'some', type: { kind: 'INT64' }, repeated: true }]);
      for await (const batch of batches) expect(batch).toEqual([[[1n, 2n, 3n]]]);
    });

    test('gives all rows in their order, in batches, also when there are more than a page', async () => {
      const sizes: number[] = [];
      const found: unknown[] = [];
      for await (const batch of (await reader.query(`select n from ${numbers()} order by n`)).batches) {
        sizes.push(batch.length);
        for (const [n] of batch) found.push(n);
      }
      expect(found).toEqual(Array.from({ length: 12_000 }, (_, index) => BigInt(index)));
      expect(sizes.length).toBeGreaterThan(1);
    });

    test('gives the columns of a result without rows', async () => {
      const { columns, batches } = await reader.query(`select n from ${numbers()} where n < 0`);
      expect(columns.map(({ name }) => name)).toEqual(['n']);
      for await (const batch of batches) expect(batch).toEqual([]);
    });

    test('takes parameters as texts, whatever stands in them', async () => {
      expect(await rows(`select n from ${numbers()} where n >= ${reader.dialect.asInteger('?')} order by n`, ['11998'])).toEqual([
        [11998n],
        [11999n],
      ]);
      expect(await rows('select ? as a, ? as b', ["'; drop table x; --", '\u00fc'])).toEqual([["'; drop table x; --", '\u00fc']]);
    });

    test('names the columns of tables of a layer', async () => {
      const found = await rows(reader.dialect.columnsQuery(['raw']));
      expect(found.map((row) => row.slice(0, 3))).toContainEqual(['raw', 'numbers', 'n']);
    });

    test('refuses whatever does more than read one statement, and changes nothing', async () => {
      const table = numbers();
      for (const sql of [
        'select 1; select 2',
        '',
        `create table ${table}2 (i bigint)`,
        `delete from ${table} where n = 1`,
        `drop table ${table}`,
        `insert into ${table} (n) values (1)`,
        'nonsense',
        `select no_such from ${table}`,
        `select * from ${reader.dialect.table('raw', 'no_such')}`,
      ]) {
        await expect(rows(sql), sql).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY' });
        await expect(reader.estimate(sql), sql).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY' });
      }
      expect(await rows(`select count(*) as c from ${table}`)).toEqual([[12_000n]]);
    });
  });
}
