/** The block `streaming:` of config/<env>.yaml: what lane 2 reads. Every key has the value of config/local.yaml where it is left out. */
import { Type, type Static } from '@sinclair/typebox';
import { SECRET_NAME_PATTERN } from '../../core/ports/secrets.ts';

const CLOSED = { additionalProperties: false } as const;
const BLOCK = { ...CLOSED, default: {} } as const;
/** A secret by its name; its value is never in a configuration. */
const SECRET = Type.Object({ secret: Type.String({ pattern: SECRET_NAME_PATTERN }) }, CLOSED);
const SECRET_OR_NONE = Type.Union([Type.Null(), SECRET], { default: null });
const TEXT_OR_NONE = Type.Union([Type.Null(), Type.String({ minLength: 1 })], { default: null });
const GROUP = '^[A-Za-z0-9._-]{1,100}$';
const count = (value: number, minimum = 1, maximum = 100_000_000): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum, maximum, default: value });
const bytes = (value: number): ReturnType<typeof Type.Integer> => Type.Integer({ minimum: 1024, maximum: 4_294_967_296, default: value });
const seconds = (value: number, minimum = 0.1, maximum = 86_400): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum, maximum, default: value });

const SASL = Type.Object(
  {
    mechanism: Type.Union([Type.Literal('none'), Type.Literal('PLAIN'), Type.Literal('SCRAM-SHA-256'), Type.Literal('SCRAM-SHA-512')], {
      default: 'none',
    }),
    username: TEXT_OR_NONE,
    password: SECRET_OR_NONE,
  },
  BLOCK,
);

const TLS = Type.Object(
  {
    enabled: Type.Boolean({ default: false }),
    certificate_authority: SECRET_OR_NONE,
    client_certificate: SECRET_OR_NONE,
    client_key: SECRET_OR_NONE,
    server_name: TEXT_OR_NONE,
  },
  BLOCK,
);

const LOG = Type.Object(
  {
    kind: Type.Union([Type.Literal('embedded'), Type.Literal('kafka')], { default: 'embedded' }),
    brokers: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]+:[0-9]{1,5}$' }), { maxItems: 64, default: [] }),
    tls: TLS,
    sasl: SASL,
    unavailable_seconds: seconds(120, 1),
    /** A program that the brokers do not hear of for so long has left its groups: others go on with what it read. Brokers allow 6 to 1800. */
    session_seconds: seconds(30, 1, 1800),
  },
  BLOCK,
);

const BUS = Type.Object(
  {
    kind: Type.Union([Type.Literal('embedded'), Type.Literal('pubsub')], { default: 'embedded' }),
    project: Type.Union([Type.Null(), Type.String({ pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]$' })], { default: null }),
    api_endpoint: Type.Union([Type.Null(), Type.String({ pattern: '^https?://' })], { default: null }),
    publish_seconds: seconds(600, 1),
  },
  BLOCK,
);

const BRIDGE = Type.Object(
  {
    group: Type.String({ pattern: GROUP, default: 'markets-bridge' }),
    high_mark_messages: count(20_000),
    high_mark_bytes: bytes(67_108_864),
    low_mark_messages: count(10_000),
    low_mark_bytes: bytes(33_554_432),
    read_record_seconds: seconds(30),
    read_record_messages: count(250_000),
    uncommitted_messages_max: count(500_000),
    publish_backoff_ms_max: count(30_000, 100, 600_000),
    revoke_seconds: seconds(10, 0.1, 20),
    shutdown_seconds: seconds(20, 0.1, 600),
    metrics_seconds: seconds(5),
    landing_batch_seconds: seconds(60),
    landing_batch_messages: count(50_000),
    landing_batch_bytes: bytes(16_777_216),
  },
  BLOCK,
);

const SINK = Type.Object(
  {
    into: Type.Union([Type.Literal('store'), Type.Literal('bigquery')], { default: 'store' }),
    batch_seconds: seconds(30),
    batch_messages: count(50_000),
    batch_bytes: bytes(67_108_864),
    shutdown_seconds: seconds(20, 0.1, 600),
  },
  BLOCK,
);

const CANDLES = Type.Object(
  {
    group: Type.String({ pattern: GROUP, default: 'markets-candles' }),
    commit_seconds: seconds(2),
    provisional_seconds: seconds(5),
    corrections_seconds: seconds(60),
    gap_bars: Type.Boolean({ default: false }),
    shutdown_seconds: seconds(20, 0.1, 600),
  },
  BLOCK,
);

export const STREAMING_CONFIG_SCHEMA = Type.Object(
  {
    log: LOG,
    bus: BUS,
    /** Whether programs make topics and subscriptions that are missing; else Terraform does. */
    create_topics: Type.Boolean({ default: true }),
    /** Of topics of the log that are made here. */
    topic_partitions: count(4, 1, 1024),
    bridge: BRIDGE,
    sink: SINK,
    candles: CANDLES,
    quality: Type.Object({ group: Type.String({ pattern: GROUP, default: 'markets-quality' }) }, BLOCK),
    metrics: Type.Object(
      { host: Type.String({ minLength: 1, default: '127.0.0.1' }), port: Type.Integer({ minimum: 0, maximum: 65_535, default: 9465 }) },
      BLOCK,
    ),
  },
  BLOCK,
);

export type StreamingConfig = Static<typeof STREAMING_CONFIG_SCHEMA>;
