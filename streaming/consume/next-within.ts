/** Waiting for messages, and for the time. */
import type { LogConsumer, LogMessage } from '../../core/ports/message-log.ts';

/** The next messages, [] when none came within the time. */
export async function nextWithin(consumer: LogConsumer, signal: AbortSignal, milliseconds: number): Promise<readonly LogMessage[]> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  const timer = setTimeout(stop, milliseconds);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await consumer.next(waiting.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
