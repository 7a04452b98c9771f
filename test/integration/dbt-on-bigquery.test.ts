/**
 * The same dbt project on both warehouses, run after run: amendments that move a trade's date by a day and by a year, resupplies, late reference
 * data. BigQuery (its emulator) has the rows of DuckDB after the last run, and a full refresh there changes nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { Layer } from '../../core/warehouse/dialect.ts';
import { BIGQUERY_ONLY } from '../../core/warehouse/diff/bigquery-only.ts';
import { compareWarehouses, type TableResult } from '../../core/warehouse/diff/compare-warehouses.ts';
import { createDbtWorker } from '../../orchestrator/transform/dbt-process.ts';
import type { BigqueryWarehouse } from '../../orchestrator/transform/project/warehouse-target.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { BANK_SPECS, BANK_WEEK, MOVED_TRADES } from '../../orchestrator/transform/test-support/bank-week.ts';
import { DeliveredRoot } from '../../orchestrator/transform/test-support/delivered-root.ts';
import { RawTables } from '../../orchestrator/transform/test-support/raw-tables.ts';
import { transform, type TransformResult } from '../../orchestrator/transform/transform.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

const LAYERS: readonly Layer[] = ['staging', 'snapshots', 'dimensions', 'curation', 'consumer'];
const WEEK = [...BANK_WEEK, MOVED_TRADES];
/** The first run makes every table, the others change them; what they bring is in two builds, one of many runs at once. */
const BUILDS = new Set([0, 2, WEEK.length - 2, WEEK.length - 1]);

serverOrSkip([BQEMULATOR], 'dbt on BigQuery, run after run', () => {
  const worker = createDbtWorker({ timeoutMs: 600_000 });
  let folder = '';
  let emulator: BigqueryEmulator;
  let warehouse: BigqueryWarehouse;
  let root: DeliveredRoot;
  const results: TransformResult[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbt-on-bigquery-'));
    emulator = await startBigqueryEmulator();
    warehouse = {
      kind: 'bigquery',
      project: emulator.project,
      location: 'EU',
      dataset_prefix: '',
      api_endpoint: emulator.endpoint,
      threads: 2,
    };
    const raw = new RawTables(warehouse);
    await raw.create(BANK_SPECS);
    root = new DeliveredRoot(join(folder, 'root'));
    for (const [index, run] of WEEK.entries()) {
      await root.startRun(run.now);
      for (const delivery of run.deliveries) await root.deliver(delivery);
      if (!BUILDS.has(index)) continue;
      await raw.fill(root.folder);
      results.push(await onBigquery(false), await transform({ rootFolder: root.folder, specs: BANK_SPECS }, worker));
    }
  }, 1_200_000);
  afterAll(async () => {
    await worker.close();
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function onBigquery(fullRefresh: boolean): Promise<TransformResult> {
    return await transform({ rootFolder: join(folder, 'work'), specs: BANK_SPECS, warehouse, fullRefresh }, worker);
  }

  async function readers<T>(work: (duckdb: WarehouseReader, bigquery: WarehouseReader) => Promise<T>): Promise<T> {
    const duckdb = await openDuckdbWarehouse({ path: snapshotPath(root.folder) });
    const bigquery = openBigqueryWarehouse({
      project: warehouse.project,
      location: warehouse.location,
      datasetPrefix: warehouse.dataset_prefix,
      apiEndpoint: emulator.endpoint,
      maximumBytesBilled: 1_000_000_000_000n,
      labels: {},
    });
    try {
      return await work(duckdb, bigquery);
    } finally {
      duckdb.close();
      bigquery.close();
    }
  }

  async function differences(): Promise<readonly TableResult[]> {
    return await readers(async (left, right) => {
      const scratchFolder = folder;
      const tables = await compareWarehouses({
        ...{ left, right, layers: LAYERS, keys: new Map(), except: BIGQUERY_ONLY, masked: new Set<string>(), scratchFolder, firstMax: 2 },
      });
      expect(tables.length).toBeGreaterThan(25);
      return tables.filter(({ status }) => status !== 'equal');
    });
  }

  test('every build is good on both', () => {
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(results.map(({ finished }) => finished.status)).toEqual(results.map(() => 'ok'));
  });

  test('after the last run both have the same rows', async () => {
    expect(await differences()).toEqual([]);
  });

  test('a trade whose date was moved, by a day or by a year, stands once, at its last date', async () => {
    const rows = await readers(async (duckdb, bigquery) => {
      const found: string[][] = [];
      for (const reader of [duckdb, bigquery]) {
        const table = reader.dialect.table('curation', 'trades_enriched');
        const { batches } = await reader.query(
          `select source_trade_id, cast(trade_date as ${reader === duckdb ? 'varchar' : 'string'}) from ${table} where source_trade_id in ('M4', 'M7') order by 1, 2`,
        );
        for await (const batch of batches) found.push(batch.map((row) => row.map(String).join(' ')));
      }
      return found;
    });
    const once = ['M4 2022-01-30', 'M7 2023-02-04'];
    expect(rows).toEqual([once, once]);
  });

  test('a full refresh changes nothing', async () => {
    const { failures } = await onBigquery(true);
    expect(failures).toEqual([]);
    expect(await differences()).toEqual([]);
  });
});
