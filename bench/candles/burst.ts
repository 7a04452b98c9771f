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

export function newCandles(spec: SourceSpec): { readonly candles: PartitionCandles; readonly fast: FastTrades } {
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
  return { candles, fast: new FastTrades(scanner) };
}

/** All messages of the fetch, whose first one is the `first` of the stream, added to what the candles hold already. */
export function burst({ candles, fast }: ReturnType<typeof newCandles>, fetch: TradeFetch): Burst {
  const { messages, offsets } = fetch;
  const before = candles.counts.trades;
  const adder = new BatchAdder(fast);
  let told = 0;
  const startedMs = performance.now();
  for (let index = 0; index < messages.length; index += 1) {
    if (!fast.scan(messages[index] as Uint8Array)) throw new Error('a good message is not read the fast way');
    adder.add(candles, offsets[index] as number, Number.POSITIVE_INFINITY);
    if (index % BATCH !== BATCH - 1) continue;
    adder.flush();
    told += candles.drain().length;
  }
  adder.flush();
  const seconds = (performance.now() - startedMs) / 1000;
  const trades = candles.counts.trades - before;
  if (trades !== messages.length || candles.counts.too_late !== 0)
    throw new Error(`expected ${messages.length} trades in time, found ${trades}`);
  return { trades, seconds, candles: told };
}
