/**
 * What a build asks of its warehouse besides dbt: rows, and a note of the last build that was good as a whole. On DuckDB the note is a file beside the
 * warehouse; on BigQuery a table, since a container begins with an empty disk.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bigqueryText } from '../../core/warehouse/bigquery-text.ts';
import { bigqueryDialect, DUCKDB_DIALECT, type WarehouseDialect } from '../../core/warehouse/dialect.ts';
import type { DbtWorker } from './dbt-process.ts';
import type { BigqueryWarehouse, WarehouseTarget } from './project/warehouse-target.ts';
import { swapSnapshot, warehousePath } from './snapshot.ts';

export interface BuiltWarehouse {
  readonly dialect: WarehouseDialect;
  /** Rows of a reading statement. DBT_WORKER where they cannot be had. */
  readonly read: (sql: string) => Promise<readonly (readonly unknown[])[]>;
  /** What noteBuilt wrote; null for nothing. */
  readonly built: () => Promise<string | null>;
  readonly noteBuilt: (text: string) => Promise<void>;
  /** Idempotent. */
  readonly forgetBuilt: () => Promise<void>;
  /** Shows a good build to readers; its size in bytes, null where readers read the warehouse itself. */
  readonly show: () => Promise<number | null>;
}

export function builtWarehouse(rootFolder: string, target: WarehouseTarget, worker: DbtWorker): BuiltWarehouse {
  return target.kind === 'duckdb' ? duckdbWarehouse(rootFolder, worker) : bigqueryWarehouse(target, worker);
}

function duckdbWarehouse(rootFolder: string, worker: DbtWorker): BuiltWarehouse {
  const marker = join(rootFolder, 'warehouse', 'built');
  return {
    dialect: DUCKDB_DIALECT,
    read: async (sql) => await worker.read(warehousePath(rootFolder), sql),
    async built() {
      const isThere = (await stat(warehousePath(rootFolder)).catch(() => null)) !== null;
      return isThere ? await readFile(marker, 'utf8').catch(() => null) : null;
    },
    noteBuilt: async (text) => {
      await writeFile(marker, text);
    },
    forgetBuilt: async () => {
      await rm(marker, { force: true });
    },
    show: async () => await swapSnapshot(rootFolder),
  };
}

function bigqueryWarehouse(target: BigqueryWarehouse, worker: DbtWorker): BuiltWarehouse {
  const dialect = bigqueryDialect({ project: target.project, datasetPrefix: target.dataset_prefix });
  const read = async (sql: string): Promise<readonly (readonly unknown[])[]> => await worker.readBigquery(target, sql);
  const note = dialect.table('control', 'last_good_build');
  return {
    dialect,
    read,
    async built() {
      const [row] = await read(`select built from ${note}`);
      return row === undefined ? null : String(row[0]);
    },
    async noteBuilt(text) {
      await read(`create or replace table ${note} as select ${bigqueryText(text)} as built`);
    },
    // Every dbt command names itself in the warehouse when it begins: the note fits no more from then on.
    forgetBuilt: () => Promise.resolve(),
    show: () => Promise.resolve(null),
  };
}
