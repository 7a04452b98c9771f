/**
 * Filling BigQuery's raw tables: one load job a load, with explicit URIs, under the id <key>_<attempt>. An id can be used once, so a job that is
 * sent again is the job that is there. The attempt is raised only after the former job is DONE: with an error, or with its rows gone again
 * (a dataset that was dropped, a partition that expired).
 */
import pLimit from 'p-limit';
import { MarketsError } from '../../errors/markets-error.ts';
import type { KeyedLoad, LoadOutcome, LoadRequest, LoadTarget, WarehouseLoader } from '../../ports/warehouse-loader.ts';
import { bigqueryDialect, type Layer, type WarehouseDialect } from '../../warehouse/dialect.ts';
import type { DdlOptions } from '../../warehouse/raw-table-ddl.ts';
import type { TableDefinition } from '../../warehouse/table-definition.ts';
import { faultError } from './api-fault.ts';
import { BigqueryTables } from './bigquery-tables.ts';
import { openBigqueryWarehouse } from './bigquery-warehouse-reader.ts';
import { connectBigquery, type BigqueryConnection, type BigqueryOptions } from './connection.ts';
import { runLoadJob, type SentLoad } from './load-job.ts';

const JOBS_AT_ONCE = 4;
/** Identity values of one query that counts rows. */
const VALUES_MAX = 500;
/** How often the rows of jobs that were done before may turn out to be gone, in one call. */
const ROUNDS_MAX = 3;

export function createBigqueryLoader(options: BigqueryOptions, ddl: DdlOptions): WarehouseLoader {
  return new BigqueryWarehouseLoader(options, connectBigquery(options), ddl);
}

class BigqueryWarehouseLoader implements WarehouseLoader {
  readonly dialect: WarehouseDialect;
  private readonly options: BigqueryOptions;
  private readonly connection: BigqueryConnection;
  private readonly tables: BigqueryTables;

  constructor(options: BigqueryOptions, connection: BigqueryConnection, ddl: DdlOptions) {
    this.options = options;
    this.connection = connection;
    this.dialect = bigqueryDialect(options);
    this.tables = new BigqueryTables(connection, this.dialect, ddl);
  }

  async createLayers(layers: readonly Layer[]): Promise<void> {
    await translated(this.tables.createLayers(layers));
  }

  async layerExists(layer: Layer): Promise<boolean> {
    return await translated(this.tables.layerExists(layer));
  }

  async exists(layer: Layer, name: string): Promise<boolean> {
    return (await translated(this.tables.columnsOf(layer, name))) !== null;
  }

  async prepare(tables: readonly TableDefinition[]): Promise<readonly string[]> {
    return await translated(this.tables.prepare(tables));
  }

  async load(target: LoadTarget, loads: readonly LoadRequest[]): Promise<readonly LoadOutcome[]> {
    return await translated(this.loadMissing(target, loads));
  }

  async loadByKey(table: TableDefinition, load: KeyedLoad): Promise<LoadOutcome> {
    const job = await translated(runLoadJob(this.connection, table, load, 1));
    return { key: load.key, outcome: job.wasThere ? 'stood' : 'loaded' };
  }

  private async loadMissing(target: LoadTarget, loads: readonly LoadRequest[]): Promise<readonly LoadOutcome[]> {
    const stood = await this.missing(target, loads);
    const sent = new Map<string, SentLoad>();
    let missing = stood;
    for (let round = 1; missing.length > 0; round += 1) {
      for (const load of missing) refuseLost(load, sent.get(load.key), round);
      const limit = pLimit(JOBS_AT_ONCE);
      const jobs = missing.map(async (load) => {
        const before = sent.get(load.key);
        const job = await limit(async () => await runLoadJob(this.connection, target.table, load, (before?.attempt ?? 0) + 1));
        sent.set(load.key, job);
      });
      await allSettled(jobs);
      missing = await this.missing(target, missing);
    }
    return loads.map(({ key }) => ({ key, outcome: sent.has(key) ? 'loaded' : 'stood' }));
  }

  /** The loads of which not one row is there. WAREHOUSE_LOAD for one that is there in part. */
  private async missing(target: LoadTarget, loads: readonly LoadRequest[]): Promise<readonly LoadRequest[]> {
    const counts = await this.counts(
      target,
      loads.flatMap(({ parts }) => parts.map(({ value }) => value)),
    );
    return loads.filter((load) => {
      const found = load.parts.map(({ value, rows }) => ({ rows: BigInt(rows), there: counts.get(value) ?? 0n }));
      if (found.every(({ rows, there }) => (target.mayRepeat ? there >= rows : there === rows))) return false;
      // Parts that may repeat are loaded again: some may have come by another load.
      if (target.mayRepeat || found.every(({ there }) => there === 0n)) return true;
      throw new MarketsError('WAREHOUSE_LOAD', 'A load is in the warehouse with other rows than were published.', {
        expected: `${found.map(({ rows }) => String(rows)).join(', ')} rows of ${load.key}`,
        found: `${found.map(({ there }) => String(there)).join(', ')} rows in ${target.table.layer}.${target.table.name}`,
        next: 'somebody else wrote into the raw table: delete the rows of this load from it, and run again',
      });
    });
  }

  private async counts(target: LoadTarget, values: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
    const reader = openBigqueryWarehouse(this.options);
    const counts = new Map<string, bigint>();
    const identity = this.dialect.column(target.identity);
    for (let start = 0; start < values.length; start += VALUES_MAX) {
      const some = values.slice(start, start + VALUES_MAX);
      const sql = `select ${identity}, count(*) as there from ${this.dialect.table(target.table.layer, target.table.name)}
        where _PARTITIONDATE >= cast(? as date) and ${identity} in (${some.map(() => '?').join(', ')}) group by 1`;
      const { batches } = await reader.query(sql, [target.since, ...some]);
      for await (const batch of batches) {
        for (const [value, there] of batch) counts.set(String(value), typeof there === 'bigint' ? there : 0n);
      }
    }
    return counts;
  }
}

/** A job that was sent now and is done has left its rows, and a job of before may have lost them only so often. */
function refuseLost(load: LoadRequest, job: SentLoad | undefined, round: number): void {
  if (job === undefined || (job.wasThere && round <= ROUNDS_MAX)) return;
  throw new MarketsError('WAREHOUSE_LOAD', 'A load job is done and its rows are not there.', {
    expected: `${String(load.parts.reduce((sum, { rows }) => sum + rows, 0))} rows`,
    found: `none after job ${job.jobId}`,
  });
}

/** Waits for all before the first error is thrown, so that no job is left behind unwatched. */
async function allSettled(jobs: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(jobs)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw faultError(error, 'WAREHOUSE_LOAD');
  }
}
