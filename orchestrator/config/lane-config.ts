/** config/<env>.yaml: one definition gives the type, the check and the published JSON Schema. Unknown keys are refused. */
import { Type, type Static } from '@sinclair/typebox';
import { WAREHOUSE_SCHEMA } from './warehouse-config.ts';

const CLOSED = { additionalProperties: false } as const;

export const LANE_CONFIG_SCHEMA = Type.Object(
  {
    environment: Type.Union([Type.Literal('local'), Type.Literal('int'), Type.Literal('prod')]),
    store: Type.Object(
      {
        /** Project of the buckets' notifications; null for a root that is a folder. */
        project: Type.Union([Type.Null(), Type.String({ pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]$' })], { default: null }),
        api_endpoint: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' })], { default: null }),
        request_timeout_seconds: Type.Number({ minimum: 0.1, maximum: 600, default: 60 }),
        retry_seconds: Type.Number({ minimum: 0, maximum: 3600, default: 180 }),
      },
      { ...CLOSED, default: {} },
    ),
    lane: Type.Object(
      {
        settle_seconds: Type.Number({ minimum: 0, maximum: 3600, default: 2 }),
        files_at_once: Type.Integer({ minimum: 1, maximum: 64, default: 2 }),
        heartbeat_seconds: Type.Number({ minimum: 1, maximum: 3600, default: 10 }),
      },
      { ...CLOSED, default: {} },
    ),
    validation: Type.Object(
      {
        memory_mb: Type.Integer({ minimum: 128, maximum: 1_048_576, default: 1024 }),
        timeout_seconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 1800 }),
        workers: Type.Integer({ minimum: 0, maximum: 64, default: 2 }),
      },
      { ...CLOSED, default: {} },
    ),
    extract: Type.Object(
      {
        at: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', default: '18:00' }),
        timezone: Type.String({ minLength: 1, default: 'UTC' }),
      },
      { ...CLOSED, default: {} },
    ),
    warehouse: WAREHOUSE_SCHEMA,
    alerts: Type.Object(
      { webhook_url: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' })], { default: null }) },
      { ...CLOSED, default: {} },
    ),
    metrics: Type.Object({ port: Type.Integer({ minimum: 0, maximum: 65_535, default: 9464 }) }, { ...CLOSED, default: {} }),
  },
  CLOSED,
);

export type LaneConfig = Static<typeof LANE_CONFIG_SCHEMA>;
