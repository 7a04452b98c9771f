/** What nothing tells by itself, to the log: a ledger that cannot be written, and reference data that have become too old. Clouds without the figures have alerts of these lines. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { ReferenceState } from '../../reporter/reference/reference-cache.ts';

export const LOOK_MS = 60_000;

export function logLedgerFailure(logger: Logger, { code }: Pick<MarketsError, 'code'>): void {
  logger.log('error', 'ledger_failed', { code });
}

/** At each look for as long as it is so. */
export function logStaleReference(logger: Logger, { alarm, failing }: Pick<ReferenceState, 'alarm' | 'failing'>): void {
  if (alarm) logger.log('warn', 'reference_stale', { code: failing ?? 'none' });
}

/** Looks until the end; what it looks at is there all the while. */
export function watchReference(logger: Logger, state: () => Pick<ReferenceState, 'alarm' | 'failing'>, everyMs = LOOK_MS): { stop(): void } {
  const timer = setInterval(() => logStaleReference(logger, state()), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
