/** A destination of the configuration (reporter.destinations.<word>): where reports are sent, as whom, how fast and with which limits. */
import { Type, type Static } from '@sinclair/typebox';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { SECRET_NAME_PATTERN } from '../../core/ports/secrets.ts';

const CLOSED = { additionalProperties: false } as const;
const BLOCK = { ...CLOSED, default: {} } as const;
const SECRET_OR_NONE = Type.Union([Type.Null(), Type.Object({ secret: Type.String({ pattern: SECRET_NAME_PATTERN }) }, CLOSED)], {
  default: null,
});
const TEXT_OR_NONE = Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 1000 })], { default: null });
const URL_PATTERN = '^https?://[^?#@]+$';
const URL_OR_NONE = Type.Union([Type.Null(), Type.String({ pattern: URL_PATTERN })], { default: null });
const seconds = (value: number, minimum = 0.01): ReturnType<typeof Type.Number> => Type.Number({ minimum, maximum: 3600, default: value });
const count = (value: number, maximum: number): ReturnType<typeof Type.Integer> => Type.Integer({ minimum: 1, maximum, default: value });

/** Mutual TLS where the certificate and its key are named; a certificate authority alone says whom to trust. PEM each. */
const TLS = Type.Object({ certificate_authority: SECRET_OR_NONE, client_certificate: SECRET_OR_NONE, client_key: SECRET_OR_NONE }, BLOCK);

/** Client credentials (RFC 6749, 4.4) where token_url is named. */
const OAUTH = Type.Object({ token_url: URL_OR_NONE, client_id: TEXT_OR_NONE, client_secret: SECRET_OR_NONE, scope: TEXT_OR_NONE }, BLOCK);

const LIMITS = Type.Object(
  {
    connect_seconds: seconds(5),
    /** From the last byte sent to the first one of the answer. */
    headers_seconds: seconds(10),
    /** Between two parts of the answer. */
    body_seconds: seconds(10),
    /** The whole call. */
    call_seconds: seconds(20),
    answer_bytes_max: Type.Integer({ minimum: 1024, maximum: 16_777_216, default: 262_144 }),
    /** The regulator's wish by Retry-After is honoured up to this. */
    retry_after_seconds_max: seconds(60),
  },
  BLOCK,
);

const BREAKER = Type.Object(
  {
    /** Of the last so many calls ... */
    window_calls: count(50, 10_000),
    /** ... of which there have to be so many, ... */
    calls_min: count(10, 10_000),
    /** ... this share failed: then it opens. */
    failed_share: Type.Number({ minimum: 0.01, maximum: 1, default: 0.6 }),
    open_seconds: seconds(10),
    /** Calls that have to succeed one after the other before it closes again. */
    probes: count(3, 100),
  },
  BLOCK,
);

export const DESTINATION_SCHEMA = Type.Object(
  {
    /** https, unless it is this machine; /transactions and /replies stand below it. */
    url: Type.String({ pattern: URL_PATTERN }),
    tls: TLS,
    oauth: OAUTH,
    limits: LIMITS,
    /** Calls at once. */
    concurrency: count(16, 1000),
    /** Calls that may wait for their turn; more are turned away as unsent. */
    waiting_max: count(10_000, 1_000_000),
    per_second: Type.Number({ minimum: 0.01, maximum: 100_000, default: 100 }),
    /** Calls that may be made at once after a silence. */
    burst: count(100, 100_000),
    breaker: BREAKER,
    /** Codes of rejections that only say that the reference is taken: by what, has to be asked. */
    duplicate_codes: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, default: ['CON-023', 'DUPLICATE'] }),
    /** How replies come that nobody asked for: by GET /replies, as files below replies_prefix of the root, or not at all. */
    replies: Type.Union([Type.Literal('http'), Type.Literal('files'), Type.Literal('none')], { default: 'http' }),
    replies_prefix: TEXT_OR_NONE,
  },
  CLOSED,
);

export type Destination = Static<typeof DESTINATION_SCHEMA>;
export type DestinationLimits = Destination['limits'];

const OWN_MACHINE = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What the schema cannot say. CONFIG_INVALID. */
export function checkDestination(word: string, { url, tls, oauth, replies, replies_prefix }: Destination): void {
  const refuse = (expected: string, found: string): never => {
    throw new MarketsError('CONFIG_INVALID', `The destination ${word} is wrong.`, { expected, found });
  };
  for (const address of [url, ...(oauth.token_url === null ? [] : [oauth.token_url])]) {
    if (!URL.canParse(address)) refuse('an address', 'none');
    const { protocol, hostname } = new URL(address);
    if (protocol !== 'https:' && !OWN_MACHINE.has(hostname)) refuse('https, for reports and secrets leave this machine', protocol);
  }
  if ((tls.client_certificate === null) !== (tls.client_key === null)) refuse('client_certificate and client_key', 'one of them');
  const named = [oauth.token_url, oauth.client_id, oauth.client_secret].filter((part) => part !== null).length;
  if (named !== 0 && named !== 3) refuse('token_url, client_id and client_secret', `${String(named)} of them`);
  if ((replies === 'files') !== (replies_prefix !== null)) refuse('replies_prefix where replies are files, and only there', replies);
}
