import { expect, test } from 'vitest';
import { onceADay } from './once-a-day.ts';

test('the first call of a day does it, the others of that day do not, and a failure is made up for by the next call', async () => {
  let now = Date.parse('2023-01-30T22:00:00Z');
  const calls: string[] = [];
  let fails = false;
  const task = onceADay(
    async () => {
      calls.push(new Date(now).toISOString());
      await (fails ? Promise.reject(new Error('held')) : Promise.resolve());
    },
    () => now,
  );
  const next = async (): Promise<void> => {
    await task();
    now += 3_600_000;
  };
  await next();
  await next();
  fails = true;
  await expect(next()).rejects.toThrow('held');
  fails = false;
  await next();
  await next();
  expect(calls).toEqual(['2023-01-30T22:00:00.000Z', '2023-01-31T00:00:00.000Z', '2023-01-31T00:00:00.000Z']);
});
