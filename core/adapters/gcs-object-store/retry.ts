/**
 * Trying again, bounded in attempts and time. Every request of this adapter is idempotent by its precondition (or changes nothing), so that
 * the only question is whether an answer may come: 408, 429, 5xx, broken connections and time limits are tried again, nothing else.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError } from '../../errors/markets-error.ts';
import type { GcsLimits } from './gcs-limits.ts';

/** What a server may ask for by Retry-After is honoured up to this. */
const RETRY_AFTER_MAX_MS = 30_000;

/** `work` gets the number of attempts before it: where there were some, a precondition that fails may be of its own making. */
export async function retrying<T>(limits: GcsLimits, work: (earlier: number) => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  for (let earlier = 0; ; earlier++) {
    try {
      return await work(earlier);
    } catch (error) {
      if (!isMarketsError(error) || !error.retryable || earlier + 1 >= limits.attemptsMax) throw error;
      const pauseMs = pauseBefore(earlier, limits, error.details['retry_after_ms']);
      if (performance.now() - startedMs + pauseMs > limits.totalMs) throw error;
      await wait(pauseMs);
    }
  }
}

/** Doubled each time, half of it by chance, so that many who failed together do not come back together. */
function pauseBefore(earlier: number, { firstPauseMs, pauseMaxMs }: GcsLimits, wish: unknown): number {
  const wholeMs = Math.min(pauseMaxMs, firstPauseMs * 2 ** earlier);
  const pauseMs = wholeMs / 2 + (Math.random() * wholeMs) / 2;
  return typeof wish === 'number' ? Math.max(pauseMs, Math.min(wish, RETRY_AFTER_MAX_MS)) : pauseMs;
}
