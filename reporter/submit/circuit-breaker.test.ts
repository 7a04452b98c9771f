import { expect, it } from 'vitest';
import { createCircuitBreaker, type CallEnd, type CircuitBreaker } from './circuit-breaker.ts';
import { madeUpTime, type MadeUpTime } from './test-support/made-up-time.ts';

interface Opened {
  readonly breaker: CircuitBreaker;
  readonly time: MadeUpTime;
  readonly changes: readonly string[];
}

function open(): Opened {
  const time = madeUpTime();
  const changes: string[] = [];
  const breaker = createCircuitBreaker({
    settings: { window_calls: 10, calls_min: 4, failed_share: 0.5, open_seconds: 10, probes: 2 },
    monotonicMs: () => time.monotonicMs(),
    changed: (from, to) => changes.push(`${from} ${to}`),
  });
  return { breaker, time, changes };
}

function begin(breaker: CircuitBreaker): CallEnd {
  const end = breaker.enter();
  if (typeof end === 'number') throw new Error('kept away');
  return end;
}

function calls(breaker: CircuitBreaker, ...results: readonly (boolean | null)[]): void {
  for (const result of results) begin(breaker)(result);
}

it('stays closed while fewer calls fail than its share, and while there are too few of them', () => {
  const { breaker } = open();
  calls(breaker, false, false, false);
  expect(breaker.state()).toBe('closed');
  const other = open().breaker;
  calls(other, true, true, true, false, false, true, false);
  expect(other.state()).toBe('closed');
});

it('forgets what is older than its window', () => {
  const { breaker } = open();
  calls(breaker, true, true, true, true, true, true, false, false, false, true);
  calls(breaker, true, true, true, true, true, true, true);
  calls(breaker, false, false, false);
  expect(breaker.state()).toBe('closed');
  calls(breaker, false, false);
  expect(breaker.state()).toBe('open');
});

it('opens, keeps calls away until its time is over, and then lets one at a time pass', () => {
  const { breaker, time, changes } = open();
  calls(breaker, true, true, false, false);
  expect(breaker.enter()).toBe(10_000);
  time.advance(9_999);
  expect(breaker.closedForMs()).toBe(1);
  time.advance(1);
  const probe = begin(breaker);
  expect(breaker.state()).toBe('half_open');
  expect(breaker.enter()).toBeTypeOf('number');
  probe(true);
  calls(breaker, true);
  expect(changes).toEqual(['closed open', 'open half_open', 'half_open closed']);
});

it('opens again when a probe fails, and waits again', () => {
  const { breaker, time, changes } = open();
  calls(breaker, false, false, false, false);
  time.advance(10_000);
  calls(breaker, true, false);
  expect(breaker.enter()).toBe(10_000);
  expect(changes.at(-1)).toBe('half_open open');
});

it('lets another probe pass where one was never made', () => {
  const { breaker, time } = open();
  calls(breaker, false, false, false, false);
  time.advance(10_000);
  calls(breaker, null);
  expect(breaker.state()).toBe('half_open');
  calls(breaker, true, true);
  expect(breaker.state()).toBe('closed');
});

it('hears nothing new from calls that began before it opened', () => {
  const { breaker, time } = open();
  const slow = begin(breaker);
  calls(breaker, false, false, false, false);
  time.advance(10_000);
  const probe = begin(breaker);
  slow(false);
  slow(true);
  expect(breaker.state()).toBe('half_open');
  expect(breaker.enter()).toBeTypeOf('number');
  probe(true);
});
