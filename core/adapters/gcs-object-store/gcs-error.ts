/** What the service answers and what a connection does, as errors of the port. Messages hold names and reasons, never addresses of sessions or tokens. */
import { MarketsError } from '../../errors/markets-error.ts';

export interface Refusal {
  readonly status: number;
  /** error.errors[0].reason of the JSON answer, '' where it has none. */
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);
const RATE_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded']);
const MESSAGE_CHARACTERS_MAX = 300;

/** `about` is the object or bucket for messages. */
export function errorOfRefusal(refusal: Refusal, about: string): MarketsError {
  const { status, reason, message, retryAfterMs } = refusal;
  const found = [`status ${String(status)}`, reason, message.slice(0, MESSAGE_CHARACTERS_MAX)].filter((part) => part !== '').join(', ');
  if (TRANSIENT.has(status) || (status === 403 && RATE_REASONS.has(reason))) {
    const details = { status, ...(retryAfterMs === null ? {} : { retry_after_ms: retryAfterMs }) };
    return new MarketsError('STORE_UNAVAILABLE', `The object store could not answer for ${about}.`, { found, details });
  }
  if (status === 401 || status === 403) {
    return new MarketsError('STORE_DENIED', `The object store refused access to ${about}.`, {
      expected: 'credentials whose roles allow it',
      found,
      next: 'Run `gcloud auth application-default login`, or look at the roles of the service account; a retention policy refuses deletions too.',
    });
  }
  if (status === 404 && isAboutBucket(refusal)) return missingBucket(about, found);
  if (status === 404) return new MarketsError('STORE_NOT_FOUND', `There is no object ${about}.`);
  if (status === 412) return changed(about);
  return new MarketsError('STORE_REFUSED', `The object store does not accept the request for ${about}.`, { found });
}

/** The service says which of the two is missing in words only. */
export function isAboutBucket({ status, message }: Refusal): boolean {
  return status === 404 && /bucket (does not|doesn't) exist|bucket not found/i.test(message);
}

export function missingBucket(about: string, found: string): MarketsError {
  return new MarketsError('STORE_NO_BUCKET', `The bucket of ${about} does not exist.`, {
    found,
    next: 'Look at --root; the buckets of an environment are made by Terraform (docs/operating.md).',
  });
}

export function changed(name: string): MarketsError {
  return new MarketsError('STORE_PRECONDITION', `The object ${name} is no longer the generation that was expected.`);
}

export function exists(name: string): MarketsError {
  return new MarketsError('STORE_EXISTS', `The object ${name} exists already.`);
}

export function checksum(name: string, expected: string, found: string): MarketsError {
  return new MarketsError('STORE_CHECKSUM', `The bytes of ${name} are not those that the store has.`, { expected, found });
}

/** A connection that was refused, broke, was cut off or took too long: whether the request was done is not known. */
export function errorOfConnection(error: unknown, about: string): MarketsError {
  if (error instanceof MarketsError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'unknown';
  return new MarketsError('STORE_UNAVAILABLE', `The connection to the object store broke while it worked on ${about}.`, {
    cause: error,
    found: code,
    next: 'Run again: what was done is found and not done twice.',
  });
}
