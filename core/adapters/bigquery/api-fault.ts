/** What BigQuery or the way to it answered instead of what was asked for, before it becomes an error of ours. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { list, member, text } from './wire-json.ts';

export class ApiFault extends Error {
  /** Of HTTP; null where no answer came. */
  readonly status: number | null;
  /** BigQuery's own word, e.g. notFound, duplicate, invalidQuery, backendError. */
  readonly reason: string;

  constructor(status: number | null, reason: string, message: string) {
    super(message);
    this.name = 'ApiFault';
    this.status = status;
    this.reason = reason;
  }
}

/** An error of Google's client as a fault: an ApiError with HTTP status and errors, or one of the network. */
export function apiFault(error: unknown): ApiFault {
  const code = member(error, 'code');
  const [first] = list(member(error, 'errors'));
  const message = text(member(first, 'message')) ?? (error instanceof Error ? error.message : String(error));
  const reason = text(member(first, 'reason')) ?? (typeof code === 'string' ? code : 'unknown');
  return new ApiFault(typeof code === 'number' ? code : null, reason, message.slice(0, MESSAGE_CHARACTERS_MAX));
}

const MESSAGE_CHARACTERS_MAX = 2000;
const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const TRANSIENT_REASONS = new Set([
  'rateLimitExceeded',
  'jobRateLimitExceeded',
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
]);

/** Whether the same call may do better later. */
export function isTransient({ status, reason }: Pick<ApiFault, 'status' | 'reason'>): boolean {
  return status === null || TRANSIENT_STATUS.has(status) || TRANSIENT_REASONS.has(reason);
}

/** The fault as an error at the port; `refused` is the code where the warehouse understood and said no. */
export function faultError(error: unknown, refused: ErrorCode): unknown {
  if (!(error instanceof ApiFault)) return error;
  if (error.status === null || isTransient(error)) {
    return new MarketsError('WAREHOUSE_UNAVAILABLE', 'The warehouse did not answer.', {
      cause: error,
      expected: 'an answer of BigQuery',
      found: `${error.status === null ? 'none' : `status ${String(error.status)}`} (${error.reason}): ${error.message}`,
      next: 'run again: nothing is done twice',
    });
  }
  if (error.status === 401 || error.status === 403) {
    return new MarketsError('WAREHOUSE_UNAVAILABLE', 'The warehouse refuses this identity.', {
      cause: error,
      expected: 'credentials with the roles that docs/bigquery.md lists',
      found: `status ${String(error.status)} (${error.reason}): ${error.message}`,
    });
  }
  return new MarketsError(refused, refusedMessage(refused), { cause: error, found: `${error.reason}: ${error.message}` });
}

export function refusedMessage(code: ErrorCode): string {
  return code === 'WAREHOUSE_QUERY' ? 'The warehouse refused a query.' : 'The warehouse refused a load.';
}
