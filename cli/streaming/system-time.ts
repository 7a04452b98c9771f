/** The clocks of this machine, for programs that run for days. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Time } from '../../streaming/bridge/time.ts';
import type { CandleTime } from '../../streaming/candles/candle-parts.ts';

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

export const SYSTEM_CANDLE_TIME: CandleTime = {
  nowMs: Date.now,
  sleep: async (milliseconds) => await wait(milliseconds),
};
