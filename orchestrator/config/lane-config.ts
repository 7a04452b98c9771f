/** config/<env>.yaml: one definition gives the type, the check and the published JSON Schema. Unknown keys are refused. */
import { Type, type Static } from '@sinclair/typebox';
import { WAREHOUSE_SCHEMA } from './warehouse-config.ts';

import { HOST_KEY_PATTERN } from '../../core/ports/remote-folder.ts';
import { SECRET_NAME_PATTERN } from '../../core/ports/secrets.ts';

const CLOSED = { additionalProperties: false } as const;
/** A secret by its name; its value is never in a configuration. */
const SECRET = Type.Object({ secret: Type.String({ pattern: SECRET_NAME_PATTERN }) }, CLOSED);
const SECRET_OR_NONE = Type.Union([Type.Null(), SECRET], { default: null });
const TEXT_OR_NONE = Type.Union([Type.Null(), Type.String({ minLength: 1 })], { default: null });
/** A folder at the partner: from the login's folder on, or with / from the server's root. */
const REMOTE_FOLDER = Type.String({
  pattern: '^(\\.|/?(?!\\.{1,2}(/|$))[A-Za-z0-9_.-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9_.-]+)*)$',
  default: '.',
});

const DELIVERY = Type.Object(
  {
    to: Type.Union([Type.Literal('none'), Type.Literal('local'), Type.Literal('sftp')], { default: 'none' }),
    partner: Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$', default: 'surveillance' }),
    folder: REMOTE_FOLDER,
    verify: Type.Union([Type.Literal('read_back'), Type.Literal('size')], { default: 'read_back' }),
    attempts: Type.Integer({ minimum: 1, maximum: 10, default: 4 }),
    timeout_seconds: Type.Integer({ minimum: 1, maximum: 600, default: 30 }),
    catch_up_days: Type.Integer({ minimum: 1, maximum: 31, default: 7 }),
    local: Type.Object({ path: TEXT_OR_NONE }, { ...CLOSED, default: {} }),
    sftp: Type.Object(
      {
        host: TEXT_OR_NONE,
        port: Type.Integer({ minimum: 1, maximum: 65_535, default: 22 }),
        username: TEXT_OR_NONE,
        host_keys: Type.Array(Type.String({ pattern: HOST_KEY_PATTERN }), { maxItems: 16, default: [] }),
        private_key: SECRET_OR_NONE,
        passphrase: SECRET_OR_NONE,
        password: SECRET_OR_NONE,
      },
      { ...CLOSED, default: {} },
    ),
    receipts: Type.Object(
      {
        pattern: Type.Union(
          [Type.Null(), Type.String({ pattern: '^(?!\\.{1,2}$)([A-Za-z0-9_.-]|\\{file\\}|\\{date\\}|\\{revision\\})+$' })],
          {
            default: null,
          },
        ),
        folder: REMOTE_FOLDER,
        timeout_minutes: Type.Integer({ minimum: 1, maximum: 43_200, default: 240 }),
      },
      { ...CLOSED, default: {} },
    ),
  },
  { ...CLOSED, default: {} },
);

const SECRETS = Type.Object(
  {
    from: Type.Union([Type.Literal('environment'), Type.Literal('folder'), Type.Literal('google')], { default: 'environment' }),
    folder: TEXT_OR_NONE,
    google_project: TEXT_OR_NONE,
  },
  { ...CLOSED, default: {} },
);

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
    notifications: Type.Object(
      {
        subscription: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$', default: 'markets-landing-lane' }),
        api_endpoint: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' })], { default: null }),
      },
      { ...CLOSED, default: {} },
    ),
    lane: Type.Object(
      {
        settle_seconds: Type.Number({ minimum: 0, maximum: 3600, default: 2 }),
        files_at_once: Type.Integer({ minimum: 1, maximum: 64, default: 2 }),
        heartbeat_seconds: Type.Number({ minimum: 1, maximum: 3600, default: 10 }),
        join_wait_seconds: Type.Number({ minimum: 0, maximum: 3600, default: 300 }),
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
      { webhook_url: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' }), SECRET], { default: null }) },
      { ...CLOSED, default: {} },
    ),
    retention: Type.Object(
      {
        staging_days: Type.Integer({ minimum: 8, maximum: 3650, default: 30 }),
        failed_days: Type.Integer({ minimum: 8, maximum: 3650, default: 90 }),
        unclaimed_days: Type.Integer({ minimum: 8, maximum: 3650, default: 90 }),
        history_days: Type.Integer({ minimum: 8, maximum: 36_500, default: 2557 }),
      },
      { ...CLOSED, default: {} },
    ),
    secrets: SECRETS,
    delivery: DELIVERY,
    /** Lane 2's: streaming/config reads and checks it. */
    streaming: Type.Optional(Type.Unknown()),
    /** Lane 3's: reporter/config reads and checks it. */
    reporter: Type.Optional(Type.Unknown()),
    metrics: Type.Object(
      {
        host: Type.String({ minLength: 1, default: '127.0.0.1' }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 9464 }),
      },
      { ...CLOSED, default: {} },
    ),
  },
  CLOSED,
);

export type LaneConfig = Omit<Static<typeof LANE_CONFIG_SCHEMA>, 'streaming' | 'reporter'>;
