/** What a call that had no answer leaves behind: certainty that nothing was taken, or doubt. */
export interface BrokenCall {
  /** Whether the regulator may have read the request. Only where no byte of it can have left is it certain that it has not. */
  readonly maybeTaken: boolean;
  /** A closed set of words, for the ledger and the metrics. */
  readonly reason: 'not_connected' | 'not_trusted' | 'timeout' | 'broken_off' | 'answer_too_large' | 'closed';
}

/** Before there is a connection nothing can be sent over it. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Our side refuses the server's certificate before a request is written. */
const NOT_TRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The server refuses ours: with TLS 1.3 it says so after the client has begun to write, and reads nothing of it. */
const REFUSED_BY_TLS = /^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|PROTOCOL_VERSION)/;

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

export function brokenCall(error: unknown): BrokenCall {
  const code = codeOf(error);
  if (NOT_CONNECTED.has(code)) return { maybeTaken: false, reason: 'not_connected' };
  if (NOT_TRUSTED.has(code) || REFUSED_BY_TLS.test(code)) return { maybeTaken: false, reason: 'not_trusted' };
  if (TIMEOUTS.has(code) || nameOf(error) === 'TimeoutError') return { maybeTaken: true, reason: 'timeout' };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { maybeTaken: true, reason: 'answer_too_large' };
  return { maybeTaken: true, reason: 'broken_off' };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error instanceof AggregateError) {
    const codes = error.errors.map(codeOf);
    // Several addresses were tried: it is certain only where it is for each.
    return codes.every((code) => NOT_CONNECTED.has(code)) ? (codes[0] ?? '') : '';
  }
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
