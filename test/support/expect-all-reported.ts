/** What has to be so when every trade was told and every event has its end: received each, reported each once and well, whoever was killed meanwhile. */
import { expect } from 'vitest';
import type { ReportedTrades } from './reported-trades.ts';
import { GOOD_ENDS, type BooksHold, type LedgersHold } from './reporter-outcome.ts';

export function expectAllReported(trades: ReportedTrades, { received, states }: LedgersHold, { standing, odd }: BooksHold): void {
  expect(received).toEqual(trades.events);
  expect(odd).toEqual([]);
  expect(standing).toEqual(trades.standing);
  expect(Object.keys(states).filter((state) => !GOOD_ENDS.includes(state))).toEqual([]);
}
