import { expect, test } from 'vitest';
import { printTimestamp } from '../../core/types/print-value.ts';
import { sampleEvent, shippedRegime } from './test-support/sample-report.ts';

async function due(regime: string, tradeTime: string): Promise<string> {
  const { tradeTimeUs } = sampleEvent({ trade_time: tradeTime });
  return printTimestamp((await shippedRegime(regime)).regime.dueAtUs(tradeTimeUs));
}

test.each([
  ['rts_1', '2023-01-30T10:15:23.412907Z', '2023-01-30T10:16:23.412907Z'],
  ['rts_2', '2023-01-30T23:59:00.000001Z', '2023-01-31T00:04:00.000001Z'],
  ['finra_trace', '2023-01-30T10:15:23.412907Z', '2023-01-30T10:30:23.412907Z'],
])('%s is due so long after the trade', async (regime, trade, expected) => {
  expect(await due(regime, trade)).toBe(expected);
});

test.each([
  ['a Monday', '2023-01-30T10:15:23.412907Z', '2023-01-31T22:59:00.000000Z'],
  ['a Friday', '2023-01-27T10:15:23.412907Z', '2023-01-30T22:59:00.000000Z'],
  ['late on a Friday: Saturday already where the bank is', '2023-01-27T23:30:00.000000Z', '2023-01-30T22:59:00.000000Z'],
  ['the day before Good Friday', '2023-04-06T10:00:00.000000Z', '2023-04-11T21:59:00.000000Z'],
  ['the Friday before the clocks are put forward', '2023-03-24T10:00:00.000000Z', '2023-03-27T21:59:00.000000Z'],
])('a transaction report of %s is due at the end of the next business day', async (_, trade, expected) => {
  expect(await due('rts_22', trade)).toBe(expected);
});
