/** The dbt profile of a warehouse. Everything a client would decide by itself (retries, deadlines, priority) is written down. */
import { join } from 'node:path';
import type { ProjectFile } from './project-file.ts';
import type { BigqueryWarehouse, DuckdbWarehouse, WarehouseTarget } from './warehouse-target.ts';

/** Name of the database in DuckDB: the stem of the file, which views refer to. */
export const WAREHOUSE_DATABASE = 'markets';
export const WAREHOUSE_FILE = `${WAREHOUSE_DATABASE}.duckdb`;

/** One more try of a job that BigQuery lost: every statement gives the same when it is done again. */
const JOB_RETRIES = 1;
const JOB_RETRY_DEADLINE_SECONDS = 600;
const JOB_CREATION_TIMEOUT_SECONDS = 60;
const JOB_EXECUTION_TIMEOUT_SECONDS = 1800;
const DEFAULT_THREADS = 8;

export function profile(rootFolder: string, warehouse: WarehouseTarget): ProjectFile {
  const name = warehouse.kind === 'duckdb' ? 'duckdb' : (warehouse.environment ?? 'bigquery');
  const output = warehouse.kind === 'duckdb' ? duckdbOutput(rootFolder, warehouse) : bigqueryOutput(warehouse);
  const lines = [
    'markets:',
    `  target: ${JSON.stringify(name)}`,
    '  outputs:',
    `    ${JSON.stringify(name)}:`,
    ...output.map((line) => `      ${line}`),
    '',
  ];
  return { path: 'profiles.yml', content: lines.join('\n') };
}

/** The path is absolute, so that dbt may be started from any folder. */
function duckdbOutput(rootFolder: string, { memory_mb: memory = null }: DuckdbWarehouse): readonly string[] {
  return [
    'type: duckdb',
    `path: ${JSON.stringify(join(rootFolder, 'warehouse', WAREHOUSE_FILE))}`,
    'schema: main',
    'threads: 2',
    'settings:',
    "  TimeZone: 'UTC'",
    "  preserve_insertion_order: 'true'",
    ...(memory === null ? [] : [`  memory_limit: '${String(memory)}MiB'`]),
  ];
}

function bigqueryOutput(warehouse: BigqueryWarehouse): readonly string[] {
  const endpoint = warehouse.api_endpoint ?? null;
  const limit = warehouse.maximum_bytes_billed ?? null;
  return [
    'type: bigquery',
    ...(endpoint === null ? ['method: oauth'] : ['method: oauth-secrets', 'token: emulator', `api_endpoint: ${JSON.stringify(endpoint)}`]),
    `project: ${JSON.stringify(warehouse.project)}`,
    `dataset: ${JSON.stringify(`${warehouse.dataset_prefix}control`)}`,
    `location: ${JSON.stringify(warehouse.location)}`,
    `priority: ${warehouse.priority ?? 'interactive'}`,
    ...(limit === null ? [] : [`maximum_bytes_billed: ${String(limit)}`]),
    `threads: ${String(warehouse.threads ?? DEFAULT_THREADS)}`,
    `job_retries: ${String(endpoint === null ? JOB_RETRIES : 0)}`,
    `job_retry_deadline_seconds: ${String(JOB_RETRY_DEADLINE_SECONDS)}`,
    `job_creation_timeout_seconds: ${String(JOB_CREATION_TIMEOUT_SECONDS)}`,
    `job_execution_timeout_seconds: ${String(JOB_EXECUTION_TIMEOUT_SECONDS)}`,
  ];
}
