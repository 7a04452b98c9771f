import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { bigqueryDialect } from '../../core/warehouse/dialect.ts';
import { GoogleSqlAnalyzer } from '../../core/warehouse/test-support/google-sql/analyzer.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { REPORTING_COLUMNS } from '../event/reporting-columns.ts';
import { KeptReferences, readReference, referenceName } from './kept-references.ts';
import { ReferenceCache, type Viewed } from './reference-cache.ts';
import { REFERENCE_KINDS, REFERENCE_TABLES } from './reference-kinds.ts';
import { REFERENCE_LIMITS, type ReferenceLimits } from './reference-limits.ts';
import type { ReferenceVersion } from './reference-view.ts';
import { allQuery, lookUpQuery, warehouseReferences, type ReferenceRows } from './warehouse-references.ts';

const US = 1_000_000n;
const at = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;
const ALWAYS = "timestamptz '0001-01-01 00:00:00+00'";
const END = "timestamptz '9999-12-31 00:00:00+00'";

let folder = '';
let builds = 0;

/** A warehouse with these rows, each a list of SQL values in the order of the table's columns, valid_from and valid_to first. */
async function warehouse(rows: Partial<Record<keyof typeof REFERENCE_TABLES, readonly string[]>>): Promise<string> {
  builds += 1;
  const path = join(folder, `${builds}.duckdb`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of [`ATTACH '${path}' AS markets`, 'USE markets', 'CREATE SCHEMA dimensions']) await connection.run(statement);
  for (const kind of REFERENCE_KINDS) {
    const { table, columns } = REFERENCE_TABLES[kind];
    const types = columns.map(({ name, type }) => `${name} ${type.kind === 'BOOL' ? 'boolean' : 'varchar'}`);
    await connection.run(`CREATE TABLE dimensions.${table} (valid_from timestamptz, valid_to timestamptz, ${types.join(', ')})`);
    for (const row of rows[kind] ?? []) await connection.run(`INSERT INTO dimensions.${table} VALUES (${row})`);
  }
  connection.closeSync();
  instance.closeSync();
  return path;
}

interface TestTime {
  nowMs(): number;
  monotonicMs(): number;
  wait(): Promise<void>;
  pass(ms: number): void;
}
function testTime(): TestTime {
  let ms = Date.parse('2026-03-02T08:00:00Z');
  return { nowMs: () => ms, monotonicMs: () => ms, wait: async () => await Promise.resolve(), pass: (more) => (ms += more) };
}

function trade(columns: Readonly<Record<string, string>>, time: string): { row: readonly (string | null)[]; tradeTimeUs: bigint } {
  return { row: REPORTING_COLUMNS.map(({ name }) => columns[name] ?? null), tradeTimeUs: at(time) };
}

interface CacheUnderTest {
  readonly cache: ReferenceCache;
  readonly time: TestTime;
  /** The current warehouse can be changed, or taken away. */
  readonly source: { path: string | null };
  readonly lookUps: () => number;
}

function cacheOf(path: string, limits: Partial<ReferenceLimits> = {}): CacheUnderTest {
  const time = testTime();
  const source = { path: path as string | null };
  const rows = warehouseReferences(async () => {
    if (source.path === null) throw new MarketsError('WAREHOUSE_UNAVAILABLE', 'The warehouse is down.');
    return await openDuckdbWarehouse({ path: source.path });
  });
  let lookUps = 0;
  const counted: ReferenceRows = {
    ...rows,
    lookUp: async (...asked) => {
      lookUps += 1;
      return await rows.lookUp(...asked);
    },
  };
  return { cache: new ReferenceCache(counted, { ...REFERENCE_LIMITS, ...limits }, time), time, source, lookUps: () => lookUps };
}

const counterparty = (key: string, name: string, lei: string, from = ALWAYS, to = END): string =>
  `${from}, ${to}, '${key}', '${name}', '${lei}', 'DE'`;
const nameOf = (viewed: Viewed, kind: 'counterparty' | 'instrument' = 'counterparty', column = 'counterparty_name'): unknown =>
  'view' in viewed ? viewed.view[kind]?.values.get(column) : viewed.missing;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'references-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the reference cache', () => {
  it('gives the version that was valid at the moment of the trade, to the microsecond', async () => {
    const change = "timestamptz '2026-03-01 12:00:00+00'";
    const path = await warehouse({
      counterparty: [counterparty('C1', 'Old', 'L1', ALWAYS, change), counterparty('C1', 'New', 'L1', change, END)],
    });
    const { cache } = cacheOf(path);
    await cache.refresh();
    const moment = trade({ counterparty_id: 'C1' }, '2026-03-01T12:00:00Z');
    expect(nameOf(await cache.view(moment, ['counterparty']))).toBe('New');
    expect(nameOf(await cache.view({ ...moment, tradeTimeUs: moment.tradeTimeUs - 1n }, ['counterparty']))).toBe('Old');
    expect(nameOf(await cache.view({ ...moment, tradeTimeUs: -62135596800n * US }, ['counterparty']))).toBe('Old');
  });

  it('finds a counterparty by LEI and an instrument by ISIN where the key finds nothing, and never guesses between two', async () => {
    const instrument = (key: string, isin: string): string =>
      `${ALWAYS}, ${END}, '${key}', 'S', '${isin}', 'Name ${key}', 'EQUITY', 'EUR', 'XETR', true`;
    const path = await warehouse({
      counterparty: [counterparty('C1', 'One', 'L1'), counterparty('C2', 'Two', 'L2'), counterparty('C3', 'Three', 'L2')],
      instrument: [instrument('I1', 'DE0001')],
    });
    for (const load of [true, false]) {
      const { cache } = cacheOf(path);
      if (load) await cache.refresh();
      const both: readonly ['counterparty', 'instrument'] = ['counterparty', 'instrument'];
      const found = await cache.view(trade({ counterparty_id: 'unknown', counterparty_lei: 'L1', isin: 'DE0001' }, '2026-03-01'), both);
      expect([nameOf(found), nameOf(found, 'instrument', 'instrument_name')]).toEqual(['One', 'Name I1']);
      const two = await cache.view(trade({ counterparty_lei: 'L2' }, '2026-03-01'), ['counterparty']);
      expect(two).toEqual({ missing: [{ kind: 'counterparty', key: 'L2' }] });
    }
  });

  it('leaves kinds that nobody asked for or that the event does not name at null', async () => {
    const { cache } = cacheOf(await warehouse({}));
    await cache.refresh();
    expect(await cache.view(trade({ trader_id: 'T' }, '2026-03-01'), ['counterparty'])).toEqual({
      view: { counterparty: null, trader: null, instrument: null, book: null },
    });
  });

  it('asks the warehouse once for a key that many wait for, and not again soon where it is not there', async () => {
    const path = await warehouse({ counterparty: [counterparty('C1', 'One', 'L1')] });
    const { cache, source, time, lookUps } = cacheOf(await warehouse({}));
    await cache.refresh();
    const wanted = trade({ counterparty_id: 'C1' }, '2026-03-01');
    const seen = await Promise.all(Array.from({ length: 50 }, async () => await cache.view(wanted, ['counterparty'])));
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(lookUps()).toBe(1);
    source.path = path;
    expect(nameOf(await cache.view(wanted, ['counterparty']))).toEqual([{ kind: 'counterparty', key: 'C1' }]);
    expect(lookUps()).toBe(1);
    time.pass(REFERENCE_LIMITS.absentMs);
    expect(nameOf(await cache.view(wanted, ['counterparty']))).toBe('One');
    expect(lookUps()).toBe(2);
  });

  it('asks for so many keys a second and no more', async () => {
    const { cache, time, lookUps } = cacheOf(await warehouse({}), { lookUpsPerSecond: 3 });
    await cache.refresh();
    const ask = async (from: number): Promise<void> => {
      for (let key = from; key < from + 5; key += 1) await cache.view(trade({ trader_id: `T${key}` }, '2026-03-01'), ['trader']);
    };
    await ask(0);
    expect(lookUps()).toBe(3);
    time.pass(1000);
    await ask(5);
    expect(lookUps()).toBe(6);
  });

  it('serves what it has while the warehouse is down, says so, and tells who waits when it is back', async () => {
    const { cache, source, time } = cacheOf(await warehouse({ counterparty: [counterparty('C1', 'One', 'L1')] }));
    let refreshed = 0;
    cache.onRefresh(() => (refreshed += 1));
    expect(cache.state()).toMatchObject({ loaded_at: null, alarm: true });
    expect(await cache.refresh()).toMatchObject({
      loaded_at: '2026-03-02T08:00:00.000000Z',
      versions: 1,
      whole: true,
      failing: null,
      alarm: false,
    });
    const path = source.path;
    source.path = null;
    time.pass(REFERENCE_LIMITS.staleMs + 1);
    expect(await cache.refresh()).toMatchObject({ failing: 'WAREHOUSE_UNAVAILABLE', alarm: true, age_seconds: 900 });
    expect(nameOf(await cache.view(trade({ counterparty_id: 'C1' }, '2026-03-01'), ['counterparty']))).toBe('One');
    source.path = path;
    expect(await cache.refresh()).toMatchObject({ failing: null, alarm: false });
    expect(refreshed).toBe(2);
  });

  it('holds no more versions than it may; what went is found again in the warehouse', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `C${String(index).padStart(2, '0')}`);
    const { cache } = cacheOf(await warehouse({ counterparty: keys.map((key) => counterparty(key, `Name ${key}`, `L${key}`)) }), {
      versionsMax: 8,
      lookUpsPerSecond: 1000,
    });
    expect(await cache.refresh()).toMatchObject({ versions: 2, whole: false });
    for (const key of [...keys, ...keys]) {
      expect(nameOf(await cache.view(trade({ counterparty_id: key }, '2026-03-01'), ['counterparty']))).toBe(`Name ${key}`);
      expect(nameOf(await cache.view(trade({ counterparty_lei: `L${key}` }, '2026-03-01'), ['counterparty']))).toBe(`Name ${key}`);
      expect(cache.state().versions).toBeLessThanOrEqual(8);
    }
  });

  it('keeps the versions of reports by their hashes, and reads them back when the warehouse says something else', async () => {
    const store = createMemoryObjectStore();
    const { cache } = cacheOf(await warehouse({ counterparty: [counterparty('C1', 'Ünë "1"', 'L1')] }));
    await cache.refresh();
    const viewed = await cache.view(trade({ counterparty_id: 'C1' }, '2026-03-01'), ['counterparty']);
    const version = ('view' in viewed ? viewed.view.counterparty : null) as ReferenceVersion;
    const kept = new KeptReferences(store);
    await Promise.all([kept.keep([version]), kept.keep([version]), new KeptReferences(store).keep([version])]);
    expect(await readReference(store, version.hash)).toEqual(version);
    await store.write(referenceName(version.hash), Buffer.from('{}'), { overwrite: true });
    await expect(readReference(store, version.hash)).rejects.toMatchObject({ code: 'REPORT_REBUILD' });
  });
});

describe('its questions to BigQuery', () => {
  it('are valid GoogleSQL', async () => {
    const analyzer = await GoogleSqlAnalyzer.start();
    const dialect = bigqueryDialect({ project: 'bank', datasetPrefix: '' });
    const dimensions = Object.fromEntries(
      REFERENCE_KINDS.map((kind) => {
        const { table, columns } = REFERENCE_TABLES[kind];
        const types = columns.map(({ name, type }): [string, string] => [name, type.kind]);
        return [table, { columns: { ...Object.fromEntries(types), valid_from: 'TIMESTAMP', valid_to: 'TIMESTAMP' } }];
      }),
    );
    try {
      for (const kind of REFERENCE_KINDS) {
        const table = REFERENCE_TABLES[kind];
        const all = allQuery(dialect, table, 10);
        const others = table.searches.map((search) => lookUpQuery(dialect, table, search).replace('?', "'x'"));
        for (const sql of [all, ...others]) {
          const [analysis] = await analyzer.analyzeAll(sql, { bank: { dimensions } });
          expect(analysis).toEqual(expect.objectContaining({ ok: true }));
        }
      }
    } finally {
      await analyzer.close();
    }
  });
});
