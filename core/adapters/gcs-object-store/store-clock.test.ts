import { expect, test } from 'vitest';
import { createStoreClock } from './store-clock.ts';

test('before the first answer there is no time', () => {
  expect(createStoreClock(() => 0).now()).toBeUndefined();
});

test('the time goes on between answers, and never past what the service can have meant', () => {
  let nowMs = 100;
  const clock = createStoreClock(() => nowMs);
  // Sent at 90, received at 100, in the second that began at 5000.
  clock.sample(5_000, 1_000, 90, 100);
  expect(clock.now()).toBe(5_000);
  nowMs = 350;
  expect(clock.now()).toBe(5_250);
});

test('more answers bring it nearer: the end of a second that has passed, the millisecond of a write', () => {
  let nowMs = 0;
  const clock = createStoreClock(() => nowMs);
  clock.sample(5_000, 1_000, 0, 0);
  nowMs = 200;
  clock.sample(6_000, 1_000, 200, 200);
  expect(clock.now()).toBe(6_000);
  nowMs = 210;
  clock.sample(6_015, 1, 205, 210);
  expect(clock.now()).toBe(6_015);
});

test('a machine that slept takes what the service says afterwards', () => {
  let nowMs = 0;
  const clock = createStoreClock(() => nowMs);
  clock.sample(5_000, 1_000, 0, 0);
  nowMs = 10;
  clock.sample(3_605_000, 1_000, 10, 10);
  expect(clock.now()).toBe(3_605_000);
});
