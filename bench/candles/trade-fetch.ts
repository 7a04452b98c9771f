/** Messages as a log hands them over: in one large array, one trade each. Seeded. */
import { printDecimal } from '../../core/types/decimal.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { randomNumbers } from '../../streaming/candles/test-support/random-trades.ts';

export interface TradeFetch {
  readonly bytes: Uint8Array;
  /** Of each message, and behind the last one. */
  readonly starts: readonly number[];
  /** Place of the first trade in the endless series. */
  readonly first: number;
}

export interface FetchOptions {
  /** Place of the first trade in the endless series. */
  readonly first: number;
  readonly trades: number;
  readonly instruments: number;
  /** Of event time. */
  readonly perSecond: number;
  readonly startSecond: number;
  readonly seed: number;
}

/** The series that the benches of candles read, each at a rate of its own. */
export const SERIES = { instruments: 8, startSecond: 1_772_400_000, seed: 1 } as const;

const INSTRUMENTS = ['BTC-USD', 'ETH-USD', 'SOL-USD', 'XRP-USD', 'ADA-USD', 'DOGE-USD', 'LTC-USD', 'DOT-USD'];

/** The trade at a place of the endless series. */
export function tradeText(index: number, { instruments, perSecond, startSecond }: FetchOptions, random: () => number): string {
  const number = Math.floor(random() * instruments);
  const timeUs = startSecond * 1e6 + Math.floor((index * 1e6) / perSecond) - Math.floor(random() * 300_000);
  return JSON.stringify({
    trade_id: `T-${String(index).padStart(12, '0')}`,
    instrument: INSTRUMENTS[number] ?? `PAIR-${number}`,
    price: printDecimal(BigInt(Math.floor(10_000 + random() * 5_000_000)), 2),
    quantity: printDecimal(BigInt(1 + Math.floor(random() * 5_000_000)), 6),
    side: random() < 0.5 ? 'BUY' : 'SELL',
    trade_time: printTimestamp(BigInt(timeUs)),
    sequence: index + 1,
    session: 'S20260302',
  });
}

export function tradeFetch(options: FetchOptions): TradeFetch {
  const random = randomNumbers(options.seed + options.first);
  const texts = Array.from({ length: options.trades }, (_, index) => tradeText(options.first + index, options, random));
  const size = texts.reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.alloc(size + 64);
  const starts = [0];
  let at = 0;
  for (const text of texts) starts.push((at += bytes.write(text, at, 'latin1')));
  return { bytes, starts, first: options.first };
}

/** Each message as a view. */
export function messagesOf({ bytes, starts }: TradeFetch): readonly Uint8Array[] {
  return starts.slice(1).map((end, index) => bytes.subarray(starts[index], end));
}
