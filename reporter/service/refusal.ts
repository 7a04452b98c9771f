/** Why a request or a message was turned away: a closed list, with the status of HTTP that says so. Never renamed: the ledger and alerts name them. */
export const REFUSALS = {
  /** What is not HTTP, or HTTP that can be read in two ways (Content-Length and Transfer-Encoding, a header twice). */
  HTTP_SYNTAX: 400,
  HTTP_HEADERS: 431,
  HTTP_TIMEOUT: 408,
  HTTP_BODY_TOO_LARGE: 413,
  HTTP_ENCODING: 415,
  HTTP_ROUTE: 404,
  HTTP_CONNECTIONS: 503,
  TOKEN_MISSING: 401,
  TOKEN_FORGED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_ISSUER: 401,
  TOKEN_AUDIENCE: 403,
  TOKEN_ACCOUNT: 403,
  KEYS_UNAVAILABLE: 503,
  /** The envelope of a push, parameters of an address, or the body of an administrator. */
  REQUEST_MALFORMED: 400,
  SOURCE_UNKNOWN: 422,
  /** A message that its source's spec refuses, or no record of the bridge. */
  MESSAGE_REFUSED: 422,
  MESSAGE_TOO_LARGE: 413,
  /** Too much is under way. */
  PIPELINE_FULL: 503,
  DRAINING: 503,
  /** The ledger cannot make it durable. */
  LEDGER_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof REFUSALS;
