import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCallRate } from './call-rate.ts';
import { createCallSlots } from './call-slots.ts';
import { pauseBeforeTry, readRetryAfter, TRIES_MAX } from './retry-pauses.ts';
import { madeUpTime } from './test-support/made-up-time.ts';

it('a burst passes at once, and then one call for each part of a second', () => {
  const time = madeUpTime();
  const rate = createCallRate(10, 3, () => time.monotonicMs());
  expect([rate.take(), rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([0, 0, 0, 100, 200]);
  time.advance(200);
  expect(rate.take()).toBe(100);
  time.advance(60_000);
  expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([0, 0, 0, 100]);
});

it('no second has more calls than the burst and the rate together, whenever they come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 10 }),
      (gaps, perSecond, burst) => {
        const time = madeUpTime(0);
        const rate = createCallRate(perSecond, burst, () => time.monotonicMs());
        const made = gaps.map((gap) => {
          time.advance(gap);
          return time.monotonicMs() + rate.take();
        });
        for (const start of made) {
          const within = made.filter((moment) => moment >= start && moment < start + 1000 - 1e-6).length;
          expect(within).toBeLessThanOrEqual(perSecond + burst);
        }
      },
    ),
  );
});

it('places are given in the order in which they were asked for, and no more may wait than allowed', async () => {
  const slots = createCallSlots(1, 2);
  const order: string[] = [];
  const first = await slots.take();
  const waiting = ['second', 'third'].map(async (name) => {
    const release = await slots.take();
    order.push(name);
    release?.();
    // Given back twice it is still one place.
    release?.();
  });
  expect(await slots.take()).toBeNull();
  expect([slots.taken, slots.waiting]).toEqual([1, 2]);
  first?.();
  await Promise.all(waiting);
  expect(order).toEqual(['second', 'third']);
  expect([slots.taken, slots.waiting]).toEqual([0, 0]);
});

it('pauses are 1, 2, 4, 8, 16 s, a quarter more or less, and never shorter than the wish', () => {
  expect(Array.from({ length: TRIES_MAX - 1 }, (_, index) => pauseBeforeTry(index + 1, 0.5, null))).toEqual([
    1000, 2000, 4000, 8000, 16_000,
  ]);
  expect([pauseBeforeTry(1, 0, null), pauseBeforeTry(1, 0.999, null)]).toEqual([750, 1249.5]);
  expect(pauseBeforeTry(1, 0.5, 3000)).toBe(3000);
  expect(pauseBeforeTry(5, 0.5, 3000)).toBe(16_000);
});

it('Retry-After is seconds or a date, bounded; what cannot be read is no wish', () => {
  const nowMs = Date.UTC(2026, 0, 5, 9);
  expect(readRetryAfter('7', nowMs, 60_000)).toBe(7000);
  expect(readRetryAfter('86400', nowMs, 60_000)).toBe(60_000);
  expect(readRetryAfter('Mon, 05 Jan 2026 09:00:30 GMT', nowMs, 60_000)).toBe(30_000);
  expect(readRetryAfter('Mon, 05 Jan 2026 08:00:00 GMT', nowMs, 60_000)).toBe(0);
  for (const text of [undefined, '', 'soon', '-1 second', '1e999']) expect(readRetryAfter(text, nowMs, 60_000)).toBeNull();
});
