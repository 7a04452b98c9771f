/** Tries again what failed in passing, with growing waits and a named end. */
import { setTimeout as wait } from 'node:timers/promises';
import { MarketsError } from '../../errors/markets-error.ts';
import { kafkaError } from './kafka-error.ts';

const WAIT_MS_MIN = 100;
const WAIT_MS_MAX = 2_000;

export interface RetryRules {
  /** One clause for the reader of the error: what was tried. */
  readonly what: string;
  readonly withinMs: number;
  /** What one try may take; longer ones count as failed, as a client may wait for an answer for ever. */
  readonly attemptMs?: number;
  /** Ends the tries early: the last error is thrown. */
  readonly isStopped?: () => boolean;
  /** Which errors are final beside those that are by their code. */
  readonly isFinal?: (error: unknown) => boolean;
}

/** Throws the last error as a MarketsError. */
export async function tryAgain<T>(rules: RetryRules, operation: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + rules.withinMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await within(rules.attemptMs, operation());
    } catch (error) {
      const fault = kafkaError(error, rules.what);
      const pauseMs = waitMs(attempt);
      const isOver = performance.now() + pauseMs > untilMs || rules.isStopped?.() === true;
      if (!isPassing(fault) || isOver || rules.isFinal?.(error) === true) throw fault;
      await wait(pauseMs);
    }
  }
}

/** 100 ms, doubled with each try up to 2 s. */
export function waitMs(attempt: number): number {
  return Math.min(WAIT_MS_MIN * 2 ** Math.min(attempt, 10), WAIT_MS_MAX);
}

async function within<T>(ms: number | undefined, operation: Promise<T>): Promise<T> {
  if (ms === undefined) return await operation;
  const patience = new AbortController();
  const late = wait(ms, undefined, { signal: patience.signal }).then(() => {
    throw new MarketsError('STREAM_UNAVAILABLE', `The brokers did not answer within ${ms} ms.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([operation, late]);
  } finally {
    patience.abort();
  }
}

function isPassing(fault: MarketsError): boolean {
  return fault.code === 'STREAM_UNAVAILABLE';
}
