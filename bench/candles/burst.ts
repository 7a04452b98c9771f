/**
 * Trades in one thread, from JSON bytes to candles: every message checked by its spec, mapped, looked up among the keys of the lateness window, and added to
 * the candles of its second; windows closed as they go. No log, no output: the isolated burst.
 */
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { KEYS_MAX, SECONDS_MAX } from '../../streaming/candles/candle-options.ts';
import { PartitionCandles } from '../../streaming/candles/partition-candles.ts';
import { compileTradeScanner } from '../../streaming/candles/scan/compile-trade-scanner.ts';
import { FastTrades } from '../../streaming/candles/scan/fast-trades.ts';
import { BatchAdder } from '../../streaming/candles/take-message.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import type { TradeFetch } from './trade-fetch.ts';

/** Messages between two looks at what closed, as a batch of the log has them. */
const BATCH = 4000;

export interface Burst {
  readonly trades: number;
  readonly seconds: number;
  readonly candles: number;
}

export interface BurstState {
  readonly candles: PartitionCandles;
  readonly fast: FastTrades;
  readonly adder: BatchAdder;
}

export function newCandles(spec: SourceSpec): BurstState {
  const columns = requireTradeColumns(spec);
  const candles = new PartitionCandles({
    scales: columns.scales,
    allowedLatenessUs: columns.stream.allowed_lateness_ms * 1000,
    correctionsUs: 60_000_000,
    gapBars: false,
    keysMax: KEYS_MAX,
    secondsMax: SECONDS_MAX,
  });
  const scanner = compileTradeScanner(spec, columns, candles.buckets.limit);
  if (scanner === null) throw new Error(`${spec.name} has no fast way`);
  const fast = new FastTrades(scanner);
  return { candles, fast, adder: new BatchAdder(fast) };
}

/** All messages of the fetch, whose first one is the `first` of the stream, added to what the candles hold already. */
export function burst(state: BurstState, fetch: TradeFetch): Burst {
  const { candles } = state;
  const length = fetch.starts.length - 1;
  const before = candles.counts.trades;
  let told = 0;
  const startedMs = performance.now();
  for (let from = 0; from < length; from += BATCH) told += takeBatch(state, fetch, from, Math.min(from + BATCH, length));
  const seconds = (performance.now() - startedMs) / 1000;
  const trades = candles.counts.trades - before;
  if (trades !== length || candles.counts.too_late !== 0) throw new Error(`expected ${length} trades in time, found ${trades}`);
  return { trades, seconds, candles: told };
}

/** What the log gives at a time. A function of its own, as in the program: it is compiled once and called again and again. */
function takeBatch({ candles, fast, adder }: BurstState, { bytes, starts, first }: TradeFetch, from: number, to: number): number {
  for (let index = from; index < to; index += 1) {
    if (!fast.scan(bytes, starts[index] as number, starts[index + 1] as number)) throw new Error('a good message is not read the fast way');
    adder.add(candles, first + index, Number.POSITIVE_INFINITY);
  }
  adder.flush();
  return candles.drain().length;
}
