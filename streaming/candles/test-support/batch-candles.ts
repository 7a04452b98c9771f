/** Candles of a finished set of trades, the plain way: sort, group, sum. The oracle of the live ones; shares no code with them. */
import type { ArrivedTrade } from './random-trades.ts';

export interface BatchCandle {
  readonly instrument: string;
  readonly size: number;
  readonly start: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  readonly volume: bigint;
  readonly notional: bigint;
  readonly vwap: bigint | null;
  readonly count: number;
  readonly isGap: boolean;
}

const ONE = 10n ** 18n;

/** Half away from zero, for dividends and divisors that are not negative. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return (dividend % divisor) * 2n >= divisor ? quotient + 1n : quotient;
}

export function firstArrivals(trades: readonly ArrivedTrade[]): readonly ArrivedTrade[] {
  const first = new Map<string, ArrivedTrade>();
  for (const trade of trades.toSorted((a, b) => a.offset - b.offset)) if (!first.has(trade.key)) first.set(trade.key, trade);
  return [...first.values()];
}

export function batchCandles(trades: readonly ArrivedTrade[]): readonly BatchCandle[] {
  const groups = new Map<string, ArrivedTrade[]>();
  for (const trade of firstArrivals(trades)) {
    for (const size of [1, 10, 60]) {
      const start = Math.floor(trade.timeUs / (size * 1e6)) * size;
      const name = `${trade.instrument} ${size} ${start}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [trade]);
      else group.push(trade);
    }
  }
  return [...groups].map(([name, group]) => {
    const [instrument = '', size, start] = name.split(' ');
    const inOrder = group.toSorted((a, b) => a.timeUs - b.timeUs || a.offset - b.offset);
    const prices = group.map(({ price }) => price).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const volume = group.reduce((sum, { quantity }) => sum + quantity, 0n);
    const notional = group.reduce((sum, { price, quantity }) => sum + rounded(price * quantity, ONE), 0n);
    return {
      instrument,
      size: Number(size),
      start: Number(start),
      open: inOrder[0]?.price ?? 0n,
      high: prices.at(-1) ?? 0n,
      low: prices[0] ?? 0n,
      close: inOrder.at(-1)?.price ?? 0n,
      volume,
      notional,
      vwap: volume === 0n ? null : rounded(notional * ONE, volume),
      count: group.length,
      isGap: false,
    };
  });
}

/** The windows without trades between an instrument's first window and `closedTo`, in seconds. */
export function withGaps(candles: readonly BatchCandle[], closedTo: number): readonly BatchCandle[] {
  const gaps: BatchCandle[] = [];
  const series = new Map<string, Map<number, BatchCandle>>();
  for (const candle of candles) {
    const name = `${candle.instrument} ${candle.size}`;
    const starts = series.get(name) ?? new Map<number, BatchCandle>();
    series.set(name, starts.set(candle.start, candle));
  }
  for (const starts of series.values()) {
    const first = Math.min(...starts.keys());
    let last = starts.get(first);
    for (let start = first; last !== undefined && start + last.size <= closedTo; start += last.size) {
      const here = starts.get(start);
      const { close } = last;
      if (here === undefined) {
        const flat = { open: close, high: close, low: close, close, volume: 0n, notional: 0n, vwap: null, count: 0, isGap: true };
        gaps.push({ ...last, start, ...flat });
      }
      last = here ?? last;
    }
  }
  return [...candles, ...gaps];
}
