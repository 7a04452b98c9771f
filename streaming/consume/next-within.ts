/** Waiting for messages, and for the time. */
import type { LogConsumer } from '../../core/ports/message-log.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';

/** The next messages, none where none came within the time. */
export async function nextWithin(consumer: LogConsumer, signal: AbortSignal, milliseconds: number): Promise<MessageRun> {
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
