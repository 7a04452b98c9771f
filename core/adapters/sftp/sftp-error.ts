/** Errors of the SFTP protocol as those of the port. */
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';

/** Status codes of SFTP version 3 (draft-ietf-secsh-filexfer-02, 7). */
export const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
export const FAILURE = 4;
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [PERMISSION_DENIED, 'permission denied'],
  [FAILURE, 'failure, without a reason'],
  [5, 'bad message'],
  [8, 'operation not supported'],
]);

/** Of an answer of the server; undefined for what is no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

export function translated(what: string, cause: unknown): MarketsError {
  if (isMarketsError(cause)) return cause;
  const status = statusOf(cause);
  if (status === NO_SUCH_FILE) return new MarketsError('REMOTE_NOT_FOUND', `There is no ${what} at the partner.`, { cause });
  const refusal = status === undefined ? undefined : REFUSALS.get(status);
  if (refusal === undefined) return unavailable(`The connection broke at ${what}.`, cause);
  return new MarketsError('REMOTE_REFUSED', `The partner's server refused ${what}.`, {
    cause,
    found: refusal,
    next: 'Ask the partner for rights, space and quota of the account; the next run tries again.',
  });
}

export function unavailable(message: string, cause?: unknown): MarketsError {
  return new MarketsError('REMOTE_UNAVAILABLE', message, {
    ...(cause === undefined ? {} : { cause, found: cause instanceof Error ? cause.message : 'no reason' }),
    next: 'Nothing: it is tried again. Where it fails every time, look at the network and ask the partner.',
  });
}
