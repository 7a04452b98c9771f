/** The warehouse of an environment: the embedded one below the root, or BigQuery, as config/<env>.yaml says. */
import { resolve } from 'node:path';
import { createBigqueryLoader } from '../../core/adapters/bigquery/bigquery-warehouse-loader.ts';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import type { BigqueryOptions } from '../../core/adapters/bigquery/connection.ts';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { isBigquery, type BigqueryConfig, type WarehouseConfig } from '../../orchestrator/config/warehouse-config.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { ENVIRONMENTS, type Settings } from '../framework/settings.ts';
import { isBucketRoot, workFolder } from './work-folder.ts';

export type WarehouseSettings = Pick<Settings, 'root' | 'env' | 'config'>;

/** WAREHOUSE_MISSING where the embedded one was not built yet. */
export async function openWarehouse(settings: WarehouseSettings): Promise<WarehouseReader> {
  const { warehouse } = await loadLaneConfig(settings.config, settings.env);
  return await openConfigured(settings.root, warehouse);
}

export async function openConfigured(root: string, warehouse: WarehouseConfig): Promise<WarehouseReader> {
  if (isBigquery(warehouse)) return openBigqueryWarehouse(bigqueryOptions(warehouse));
  return await openDuckdbWarehouse({ path: snapshotPath(workFolder(root)) });
}

/** What fills the raw tables; undefined for the embedded warehouse, which reads the store. */
export function openLoader(warehouse: WarehouseConfig): WarehouseLoader | undefined {
  if (!isBigquery(warehouse)) return undefined;
  return createBigqueryLoader(bigqueryOptions(warehouse), {
    partition_expiration_days: warehouse.raw_retention_days,
    require_partition_filter: warehouse.api_endpoint === null,
  });
}

/** CONFIG_INVALID for a warehouse that cannot be built from this root. */
export function refuseOtherRoot(root: string, warehouse: WarehouseConfig): void {
  const wanted = warehouse.kind === 'duckdb' ? 'a folder' : 'buckets, gs://NAME';
  if (isBucketRoot(root) === (warehouse.kind === 'bigquery')) return;
  throw new MarketsError('CONFIG_INVALID', `The warehouse (${warehouse.kind}) cannot be built from this root.`, {
    expected: `a root that is ${wanted}, or a run without the warehouse`,
    found: root,
    next: 'Call the command with another --root or --env, or with --skip-dbt.',
  });
}

function bigqueryOptions(config: BigqueryConfig): BigqueryOptions {
  return {
    project: config.project,
    location: config.location,
    datasetPrefix: config.dataset_prefix,
    apiEndpoint: config.api_endpoint,
    maximumBytesBilled: BigInt(config.maximum_bytes_billed),
    labels: config.labels,
    limits: {
      callMs: config.request_timeout_seconds * 1000,
      attemptsMax: config.request_attempts,
      jobMs: config.job_timeout_seconds * 1000,
    },
  };
}

/** A side of a comparison: duckdb, duckdb:FOLDER, bigquery or bigquery:ENV. CLI_USAGE for another word. */
export async function openSide(settings: WarehouseSettings, workingFolder: string, side: string): Promise<WarehouseReader> {
  const [, kind, rest] = /^(duckdb|bigquery)(?::(.+))?$/.exec(side) ?? [];
  if (kind === 'duckdb') {
    const root = rest === undefined ? workFolder(settings.root) : resolve(workingFolder, rest);
    return await openDuckdbWarehouse({ path: snapshotPath(root) });
  }
  const env = ENVIRONMENTS.find((name) => name === (rest ?? settings.env));
  if (kind !== 'bigquery' || env === undefined) {
    throw new MarketsError('CLI_USAGE', 'A side of the comparison is not known.', {
      expected: `duckdb, duckdb:FOLDER, bigquery or bigquery:ENV with ${ENVIRONMENTS.join(', ')}`,
      found: side,
    });
  }
  const { warehouse } = await loadLaneConfig(settings.config, env);
  if (isBigquery(warehouse)) return openBigqueryWarehouse(bigqueryOptions(warehouse));
  throw new MarketsError('CLI_USAGE', `The warehouse of the environment ${env} is not BigQuery.`, {
    expected: 'an environment whose warehouse.kind is bigquery',
    found: side,
    next: 'Call the command with --env int, or with bigquery:int.',
  });
}
