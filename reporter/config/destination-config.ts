/** Where reports are sent: `reporter.destinations` by the word that regimes name. */
import { Type, type Static } from '@sinclair/typebox';
import { SECRET_NAME_PATTERN } from '../../core/ports/secrets.ts';

const CLOSED = { additionalProperties: false } as const;
/** A secret by its name; its value is never in a configuration. */
const SECRET = Type.Object({ secret: Type.String({ pattern: SECRET_NAME_PATTERN }) }, CLOSED);
const SECRET_OR_NONE = Type.Union([Type.Null(), SECRET], { default: null });
const HTTP_URL = Type.String({ pattern: '^https?://' });
const count = (value: number, minimum = 1, maximum = 10_000): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum, maximum, default: value });
const seconds = (value: number, minimum = 0.1, maximum = 3600): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum, maximum, default: value });

/** none (this machine only), mtls (client certificate) or oauth (client credentials). */
const AUTH = Type.Object(
  {
    kind: Type.Union([Type.Literal('none'), Type.Literal('mtls'), Type.Literal('oauth')], { default: 'none' }),
    /** PEM texts. The authority is whom the server's certificate has to be signed by; null for those that Node knows. */
    certificate_authority: SECRET_OR_NONE,
    client_certificate: SECRET_OR_NONE,
    client_key: SECRET_OR_NONE,
    token_url: Type.Union([Type.Null(), HTTP_URL], { default: null }),
    client_id: Type.Union([Type.Null(), Type.String({ minLength: 1 })], { default: null }),
    client_secret: SECRET_OR_NONE,
    scope: Type.Union([Type.Null(), Type.String({ minLength: 1 })], { default: null }),
  },
  { ...CLOSED, default: {} },
);

const DESTINATION = Type.Object(
  {
    url: HTTP_URL,
    auth: AUTH,
    /** Requests under way. */
    concurrency: count(16, 1, 1000),
    rate_per_second: count(100),
    connect_seconds: seconds(5),
    /** From sending to the last byte of the answer. */
    request_seconds: seconds(15),
    /** So many failures in a row open the breaker, for so long. */
    breaker_failures: count(5, 1, 1000),
    breaker_seconds: seconds(30),
    /** How often late replies and pending reports are asked for. */
    replies_seconds: seconds(10, 0.1, 86_400),
  },
  CLOSED,
);

export const DESTINATIONS = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), DESTINATION, {
  additionalProperties: false,
  maxProperties: 32,
  default: {},
});

export type DestinationConfig = Static<typeof DESTINATION>;
