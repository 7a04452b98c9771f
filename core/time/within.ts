/** Waiting that has an end, and leaves nothing behind it: a timer that still ran would keep a process alive that has nothing more to do. */
import type { Time } from './time.ts';

/** Whether the work was done in time; the work itself goes on, and what it throws later is nobody's. Throws what it throws in time. */
export async function within(work: Promise<unknown>, milliseconds: number, time: Pick<Time, 'wait'>): Promise<boolean> {
  const timer = new AbortController();
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), time.wait(milliseconds, timer.signal).then(() => false)]);
  } finally {
    timer.abort();
  }
}

/** As `within`, but time counts from the signal on: before it the work takes as long as it takes. */
export async function withinOfSignal(
  work: Promise<unknown>,
  signal: AbortSignal,
  milliseconds: number,
  time: Pick<Time, 'wait'>,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const ended = (): void => resolve(undefined);
  if (signal.aborted) ended();
  signal.addEventListener('abort', ended, { once: true });
  work.catch(() => undefined);
  try {
    return (await Promise.race([work.then(() => true), promise])) ?? (await within(work, milliseconds, time));
  } finally {
    signal.removeEventListener('abort', ended);
  }
}
