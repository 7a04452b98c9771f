/** The clocks of this machine, for programs that run for days. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Time } from '../../streaming/bridge/time.ts';

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
