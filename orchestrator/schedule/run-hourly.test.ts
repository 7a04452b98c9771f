import { expect, test } from 'vitest';
import { runHourly, untilNextHourMs } from './run-hourly.ts';

const HOUR_MS = 3_600_000;

function simulate(options: { cyclesMax: number; cycleMs: number; atOnce: boolean }) {
  const controller = new AbortController();
  let nowMs = Date.UTC(2023, 0, 30, 5, 59, 0);
  const starts: number[] = [];
  const failures: unknown[] = [];
  const done = runHourly({
    nowMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
      await Promise.resolve();
    },
    cycle: async () => {
      starts.push(nowMs);
      nowMs += options.cycleMs;
      if (starts.length >= options.cyclesMax) controller.abort();
      if (starts.length === 2) throw new Error('one bad cycle');
      await Promise.resolve();
    },
    failed: (error) => failures.push(error),
    signal: controller.signal,
    atOnce: options.atOnce,
  });
  return { done, starts, failures };
}

test('cycles begin on the hour and one bad cycle does not end them', async () => {
  const { done, starts, failures } = simulate({ cyclesMax: 4, cycleMs: 120_000, atOnce: false });
  expect(await done).toBe(4);
  expect(starts.map((ms) => ms % HOUR_MS)).toEqual([0, 0, 0, 0]);
  expect(starts.map((ms) => new Date(ms).getUTCHours())).toEqual([6, 7, 8, 9]);
  expect(failures).toHaveLength(1);
});

test('a cycle that lasts over an hour leaves hours out and never overlaps', async () => {
  const { done, starts } = simulate({ cyclesMax: 3, cycleMs: HOUR_MS + 60_000, atOnce: true });
  await done;
  expect(starts.map((ms) => new Date(ms).toISOString().slice(11, 16))).toEqual(['05:59', '08:00', '10:00']);
});

test('the next hour of a full hour is an hour away', () => {
  expect(untilNextHourMs(6 * HOUR_MS)).toBe(HOUR_MS);
});
