/** The block `warehouse:` of config/<env>.yaml. */
import { Type, type Static } from '@sinclair/typebox';
import { MarketsError, type ErrorPlace } from '../../core/errors/markets-error.ts';

/** BigQuery's smallest bill of a query. */
const BYTES_MIN = 10_485_760;

export const WAREHOUSE_SCHEMA = Type.Object(
  {
    kind: Type.Union([Type.Literal('duckdb'), Type.Literal('bigquery')], { default: 'duckdb' }),
    memory_mb: Type.Union([Type.Null(), Type.Integer({ minimum: 256, maximum: 1_048_576 })], { default: null }),
    project: Type.Union([Type.Null(), Type.String({ pattern: '^[a-z][a-z0-9-]{2,61}[a-z0-9]$' })], { default: null }),
    location: Type.String({ pattern: '^[A-Za-z0-9-]+$', default: 'EU' }),
    dataset_prefix: Type.String({ pattern: '^([a-z][a-z0-9_]*)?$', maxLength: 100, default: '' }),
    api_endpoint: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' })], { default: null }),
    maximum_bytes_billed: Type.Integer({ minimum: BYTES_MIN, maximum: Number.MAX_SAFE_INTEGER, default: 100_000_000_000 }),
    labels: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }), Type.String({ pattern: '^[a-z0-9_-]{0,63}$' }), {
      additionalProperties: false,
      default: {},
    }),
    raw_retention_days: Type.Integer({ minimum: 8, maximum: 3650, default: 30 }),
    create_datasets: Type.Boolean({ default: false }),
    request_timeout_seconds: Type.Number({ minimum: 0.1, maximum: 600, default: 60 }),
    request_attempts: Type.Integer({ minimum: 1, maximum: 20, default: 6 }),
    job_timeout_seconds: Type.Integer({ minimum: 1, maximum: 21_600, default: 3600 }),
  },
  { additionalProperties: false, default: {} },
);

export type WarehouseConfig = Static<typeof WAREHOUSE_SCHEMA>;
/** Of a warehouse that is BigQuery: its project is known. */
export type BigqueryConfig = WarehouseConfig & { readonly kind: 'bigquery'; readonly project: string };

export function isBigquery(config: WarehouseConfig): config is BigqueryConfig {
  return config.kind === 'bigquery' && config.project !== null;
}

/** CONFIG_INVALID for BigQuery without a project. */
export function checkWarehouse(config: WarehouseConfig, place: ErrorPlace): void {
  if (config.kind === 'duckdb' || config.project !== null) return;
  throw new MarketsError('CONFIG_INVALID', 'warehouse.project is missing.', {
    expected: 'the id of the Google Cloud project where warehouse.kind is bigquery',
    found: 'null',
    place,
  });
}
