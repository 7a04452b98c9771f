/** The block `reporter:` of config/<env>.yaml: what lane 3 reads. Every key has the value of config/local.yaml where it is left out. */
import { Type, type Static } from '@sinclair/typebox';
import { DESTINATION_SCHEMA } from '../submit/destination.ts';

const CLOSED = { additionalProperties: false } as const;
const BLOCK = { ...CLOSED, default: {} } as const;
const TEXT_OR_NONE = Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 512 })], { default: null });
const LEI = Type.Union([Type.Null(), Type.String({ pattern: '^[A-Z0-9]{18}[0-9]{2}$' })], { default: null });
const NAMES = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), { uniqueItems: true, maxItems: 64, default: [] });
const count = (value: number, minimum = 1, maximum = 10_000_000): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum, maximum, default: value });
const seconds = (value: number, minimum = 0.1, maximum = 86_400): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum, maximum, default: value });

/** Who may call a route. off: it is not served; none: whoever can reach it (this machine only); oidc: a signed identity token. */
const CALLERS = Type.Object(
  {
    access: Type.Union([Type.Literal('off'), Type.Literal('none'), Type.Literal('oidc')], { default: 'off' }),
    issuer: Type.String({ minLength: 1, default: 'https://accounts.google.com' }),
    audience: TEXT_OR_NONE,
    /** E-mail addresses of the accounts, as the token's claim `email` has them. */
    service_accounts: Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { uniqueItems: true, maxItems: 32, default: [] }),
    jwks_url: Type.String({ pattern: '^https?://', default: 'https://www.googleapis.com/oauth2/v3/certs' }),
  },
  BLOCK,
);

const SERVICE = Type.Object(
  {
    host: Type.String({ minLength: 1, default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 9466 }),
    /** Of a message; a push, whose message is in base64 inside an envelope, may be longer by as much as that takes. */
    message_bytes_max: count(262_144, 1024, 262_144),
    header_bytes_max: count(16_384, 1024, 65_536),
    headers_max: count(64, 8, 1000),
    header_seconds: seconds(10, 0.1, 120),
    request_seconds: seconds(30, 0.1, 300),
    keep_alive_seconds: seconds(75, 1, 3600),
    connections_max: count(2000, 1, 100_000),
    requests_per_connection_max: count(100_000),
  },
  BLOCK,
);

const INTAKE = Type.Object(
  {
    push: CALLERS,
    events: CALLERS,
    admin: CALLERS,
    /** Sources whose topics on the bus are read; subscription `<topic>-<suffix>`. Records of the bridge, or messages as the source wrote them. */
    pull: Type.Object({ sources: NAMES, suffix: Type.String({ pattern: '^[a-z][a-z0-9-]{0,40}$', default: 'reporter' }) }, BLOCK),
    /** Sources whose topics in the log are read. */
    kafka: Type.Object({ sources: NAMES, group: Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$', default: 'markets-reporter' }) }, BLOCK),
    /** Of the bus and the log together: messages that are not yet durable. */
    held_messages_max: count(1000),
    /** A message that the pipeline has no room for is offered again after so long. */
    full_wait_seconds: seconds(1, 0.01, 60),
  },
  BLOCK,
);

/** The bank itself, as the expressions of regimes see it: entity_lei, entity_country, ... */
const ENTITY = Type.Object(
  {
    lei: LEI,
    country: Type.Union([Type.Null(), Type.String({ pattern: '^[A-Z]{2}$' })], { default: null }),
    /** Who submits in its name; null where it does so itself. */
    submitting_lei: LEI,
    /** Whether it is an investment firm by Directive 2014/65/EU. */
    investment_firm: Type.Boolean({ default: true }),
    /** Of a member of FINRA. */
    finra_mpid: Type.Union([Type.Null(), Type.String({ pattern: '^[A-Z]{4}$' })], { default: null }),
  },
  BLOCK,
);

/** Where reports are sent, by the word that regimes name. */
const DESTINATIONS = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), DESTINATION_SCHEMA, {
  additionalProperties: false,
  maxProperties: 32,
  default: {},
});

export const REPORTER_CONFIG_SCHEMA = Type.Object(
  {
    service: SERVICE,
    intake: INTAKE,
    entity: ENTITY,
    /** Folder of regimes (null: regimes/ of the project), and the names of those that are on. */
    regimes: Type.Object({ folder: TEXT_OR_NONE, on: NAMES }, BLOCK),
    destinations: DESTINATIONS,
    reference: Type.Object(
      {
        refresh_seconds: seconds(300, 1),
        entries_max: count(500_000),
        /** Older reference data are an alarm; they serve on. */
        stale_seconds_max: seconds(900, 1),
      },
      BLOCK,
    ),
    ledger: Type.Object(
      {
        /** Entries are gathered for so long before they are made durable together: in a folder, and in buckets. */
        folder_gather_ms: Type.Number({ minimum: 0, maximum: 5, default: 0 }),
        bucket_gather_ms: Type.Number({ minimum: 0, maximum: 50, default: 20 }),
        queue_entries_max: count(50_000),
        anchor_seconds: seconds(60, 1, 3600),
        heartbeat_seconds: seconds(10, 1, 300),
      },
      BLOCK,
    ),
    pipeline: Type.Object(
      {
        /** Events that are received and not yet ended; above it senders are told to wait. */
        queue_events_max: count(20_000),
        events_at_once: count(256, 1, 10_000),
        /** What a sender that is told to wait reads in Retry-After. */
        retry_after_seconds: count(2, 1, 3600),
        /** From the signal to the end; what is not done by then is taken on by another instance. */
        drain_seconds: seconds(20, 0.1, 600),
      },
      BLOCK,
    ),
  },
  BLOCK,
);

export type ReporterConfig = Static<typeof REPORTER_CONFIG_SCHEMA>;
export type CallersConfig = ReporterConfig['intake']['push'];
