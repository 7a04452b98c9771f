/** Trades as messages of the test source, and the oracle's candles as the store has them. */
import { printDecimal } from '../../../core/types/decimal.ts';
import { printTimestamp } from '../../../core/types/print-value.ts';
import type { BatchCandle } from './batch-candles.ts';
import type { ArrivedTrade } from './random-trades.ts';

const SIZE_NAMES: Readonly<Record<number, string>> = { 1: '1s', 10: '10s', 60: '1m' };

export function tradeMessage(trade: ArrivedTrade): Buffer {
  return Buffer.from(
    JSON.stringify({
      trade_id: trade.key,
      instrument: trade.instrument,
      price: printDecimal(trade.price, 18),
      quantity: printDecimal(trade.quantity, 18),
      side: trade.offset % 2 === 0 ? 'BUY' : 'SELL',
      trade_time: printTimestamp(BigInt(trade.timeUs)),
      sequence: trade.offset + 1,
      session: 'S1',
    }),
  );
}

/** name -> values and count, as newestCandles() reads them. */
export function storedForm(candles: readonly BatchCandle[]): ReadonlyMap<string, unknown> {
  return new Map(
    candles.map(({ instrument, size, start, open, high, low, close, volume, notional, vwap, count }) => [
      `${instrument} ${SIZE_NAMES[size] ?? ''} ${start}`,
      { values: [open, high, low, close, volume, notional, vwap].map((value) => full(value)), count },
    ]),
  );
}

function full(value: bigint | null): string | null {
  if (value === null) return null;
  const digits = String(value).padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`;
}
