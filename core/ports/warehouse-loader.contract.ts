/** What every warehouse loader must do. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { TableDefinition } from '../warehouse/table-definition.ts';
import type { LoadRequest, LoadTarget, WarehouseLoader } from './warehouse-loader.ts';
import type { WarehouseReader } from './warehouse-reader.ts';

export interface LoaderPlace {
  readonly loader: WarehouseLoader;
  readonly reader: WarehouseReader;
  /** Stores lines of JSON and gives the URI. */
  readonly store: (name: string, lines: readonly object[]) => Promise<string>;
}

export const LOADED_TABLE: TableDefinition = {
  layer: 'raw',
  name: 'trades',
  description: "Trades of the 'contract'",
  columns: [
    { name: '_load_id', type: { kind: 'STRING' }, repeated: false, description: '' },
    { name: 'price', type: { kind: 'DECIMAL', precision: 38, scale: 18 }, repeated: false, description: 'Per unit' },
    { name: 'at', type: { kind: 'TIMESTAMP' }, repeated: false, description: "of the venue's clock" },
    { name: 'tags', type: { kind: 'STRING' }, repeated: true, description: '' },
  ],
  cluster_by: ['_load_id'],
  expires: true,
};

export const LOADED_TARGET: LoadTarget = { table: LOADED_TABLE, identity: '_load_id', since: '2020-01-01', mayRepeat: false };

export function rowsOf(load: string, count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    _load_id: load,
    price: `${String(index)}.000000000000000001`,
    at: '2023-01-30T00:00:00.000001Z',
    tags: ['a', 'b'],
  }));
}

export function requestOf(load: string, uris: readonly string[], rows: number): LoadRequest {
  return { key: `load_${load}`, uris, format: 'jsonl', parts: [{ value: load, rows }] };
}

export async function rowsIn(reader: WarehouseReader, load: string): Promise<number> {
  const { batches } = await reader.query(`select count(*) as n from ${reader.dialect.table('raw', 'trades')} where _load_id = ?`, [load]);
  for await (const [row] of batches) return Number(row?.[0]);
  return -1;
}

export function warehouseLoaderContract(title: string, open: () => Promise<LoaderPlace>): void {
  describe(`${title} keeps the contract of warehouse loaders`, () => {
    let place: LoaderPlace;
    beforeAll(async () => {
      place = await open();
      await place.loader.createLayers(['raw', 'control']);
      await place.loader.prepare([LOADED_TABLE]);
    });

    test('tables and layers that are there are left as they are', async () => {
      await place.loader.createLayers(['raw', 'control']);
      expect(await place.loader.prepare([LOADED_TABLE])).toEqual([]);
      expect(await place.loader.layerExists('raw')).toBe(true);
      expect(await place.loader.layerExists('consumer')).toBe(false);
      expect(await place.loader.exists('raw', 'trades')).toBe(true);
      expect(await place.loader.exists('raw', 'orders')).toBe(false);
      expect(await place.loader.exists('staging', 'orders')).toBe(false);
    });

    test('a column that is new is added, and NULL in the rows that are there', async () => {
      const { loader, reader, store } = place;
      const table = { ...LOADED_TABLE, name: 'grows' };
      await loader.prepare([table]);
      const target = { ...LOADED_TARGET, table };
      await loader.load(target, [{ ...requestOf('old', [await store('old.jsonl', rowsOf('old', 1))], 1), key: 'load_grows_old' }]);
      const columns = [...table.columns, { name: 'venue', type: { kind: 'STRING' } as const, repeated: false, description: '' }];
      expect(await loader.prepare([{ ...table, columns }])).toEqual(['grows']);
      const { batches } = await reader.query(`select venue from ${loader.dialect.table('raw', 'grows')}`);
      for await (const batch of batches) expect(batch).toEqual([[null]]);
    });

    test('a load is there whole, with exact values, and is not loaded again', async () => {
      const { loader, reader, store } = place;
      const uris = [await store('a1.jsonl', rowsOf('a', 3)), await store('a2.jsonl', rowsOf('a', 2))];
      const request = requestOf('a', uris, 5);
      expect(await loader.load(LOADED_TARGET, [request])).toEqual([{ key: 'load_a', outcome: 'loaded' }]);
      expect(await loader.load(LOADED_TARGET, [request])).toEqual([{ key: 'load_a', outcome: 'stood' }]);
      const sql = `select price, \`at\`, tags from ${loader.dialect.table('raw', 'trades')} where _load_id = 'a' order by price desc limit 1`;
      for await (const batch of (await reader.query(sql)).batches) {
        expect(batch).toEqual([[2000000000000000001n, 1675036800000001n, ['a', 'b']]]);
      }
      expect(await rowsIn(reader, 'a')).toBe(5);
    });

    test('of several loads only those that are missing are loaded', async () => {
      const { loader, reader, store } = place;
      const one = requestOf('m1', [await store('m1.jsonl', rowsOf('m1', 2))], 2);
      const two = requestOf('m2', [await store('m2.jsonl', rowsOf('m2', 1))], 1);
      await loader.load(LOADED_TARGET, [one]);
      expect((await loader.load(LOADED_TARGET, [one, two])).map(({ outcome }) => outcome)).toEqual(['stood', 'loaded']);
      expect([await rowsIn(reader, 'm1'), await rowsIn(reader, 'm2')]).toEqual([2, 1]);
    });

    test('a load whose object is missing fails, and is loaded by the next call once it is there', async () => {
      const { loader, reader, store } = place;
      const uri = await store('late.jsonl', rowsOf('late', 1));
      const missing = requestOf('late', [uri.replace('late.jsonl', 'nowhere.jsonl')], 1);
      await expect(loader.load(LOADED_TARGET, [missing])).rejects.toMatchObject({ code: 'WAREHOUSE_LOAD' });
      await loader.load(LOADED_TARGET, [requestOf('late', [uri], 1)]);
      expect(await rowsIn(reader, 'late')).toBe(1);
    });

    test('rows that nobody published are refused', async () => {
      const { loader, store } = place;
      const uri = await store('more.jsonl', rowsOf('more', 3));
      await expect(loader.load(LOADED_TARGET, [requestOf('more', [uri], 2)])).rejects.toMatchObject({ code: 'WAREHOUSE_LOAD' });
    });
  });
}
