/** The clocks of this machine. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Time } from './time.ts';

export const SYSTEM_TIME: Time = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async wait(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
