/**
 * What live candles cost: the isolated burst from JSON bytes in one thread; with a real broker one trade a message and ten, and how long a candle takes; memory.
 * `node bench/candles.ts` prints it; `--soak MINUTES` goes on with the burst, `--soak-kafka MINUTES` with 100,000 trades a second through the broker,
 * and both print memory every ten seconds; `--without-kafka` leaves the broker out.
 */
import process from 'node:process';
import type { SourceSpec } from '../core/spec/source-spec.ts';
import { burst, newCandles } from './candles/burst.ts';
import { soakBurst, soakThroughKafka } from './candles/soak.ts';
import { TRADES_A_MESSAGE } from './candles/several-trades.ts';
import { measureKafka, type KafkaMeasure } from './candles/through-kafka.ts';
import { SERIES, tradeFetch } from './candles/trade-fetch.ts';
import { KAFKA } from '../test/servers/kafka.ts';
import { exchangeTrades } from '../test/support/bridge-process-options.ts';
import { median } from './figures.ts';

const TRADES = 500_000;
const WARM_ROUNDS = 4;
/** Odd, so that the median is one of them. */
const ROUNDS = 9;
const PER_SECOND = 100_000;

export interface BurstMeasure {
  readonly bytes: number;
  readonly tradesPerSecond: number;
  readonly residentMegabytes: number;
}

export function measureBurst(spec: SourceSpec, hasKeys: boolean): BurstMeasure {
  const measured = hasKeys || spec.stream === null ? spec : { ...spec, stream: { ...spec.stream, key_field: null } };
  const state = newCandles(measured);
  const rates: number[] = [];
  let bytes = 0;
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    const fetch = tradeFetch({ ...SERIES, perSecond: PER_SECOND, first: round * TRADES, trades: TRADES });
    bytes = Math.round((fetch.starts.at(-1) ?? 0) / TRADES);
    // What made the messages is not what is measured.
    globalThis.gc?.();
    const { trades, seconds } = burst(state, fetch);
    if (round >= WARM_ROUNDS) rates.push(trades / seconds);
  }
  const residentMegabytes = Math.round(process.memoryUsage().rss / 1e6);
  return { bytes, tradesPerSecond: Math.round(median(rates)), residentMegabytes };
}

/** The tables of docs/performance.md, line by line. */
export async function candlesTables(): Promise<readonly string[]> {
  const spec = await exchangeTrades();
  const full = measureBurst(spec, true);
  const withoutKeys = measureBurst(spec, false);
  const lines = [
    '| burst, one thread, one trade a message | bytes a message | trades/s |',
    '|---|---|---|',
    `| checks, candles, first arrival of each key | ${full.bytes} | ${full.tradesPerSecond.toLocaleString('en')} |`,
    `| the same without a key_field | ${withoutKeys.bytes} | ${withoutKeys.tradesPerSecond.toLocaleString('en')} |`,
  ];
  if (process.argv.includes('--without-kafka') || KAFKA.find() === undefined) return [...lines, '', 'Kafka: not measured.'];
  return [...lines, '', ...kafkaTables(await measureKafka(spec))];
}

function kafkaTables(measured: KafkaMeasure): readonly string[] {
  const {
    streamMessagesPerSecond: stream,
    fetchMessagesPerSecond: fetch,
    candleMessagesPerSecond: candles,
    streamRatios,
    fetchRatios,
    deadLetters,
    severalTradesPerSecond: several,
  } = measured;
  const rate = (perSecond: number): string => Math.round(perSecond).toLocaleString('en');
  const all = (ratios: readonly number[]): string => {
    const rounds = ratios.map((each) => each.toFixed(2)).join(', ');
    return `${median(ratios).toFixed(2)} (${rounds})`;
  };
  return [
    '| from Kafka | trades/s | of the stream, median (rounds) | of the requests, median (rounds) |',
    '|---|---|---|---|',
    `| the client’s own stream of messages, one trade a message, counted | ${rate(stream)} | 1 | |`,
    `| the same client by single requests, its records counted | ${rate(fetch)} | | 1 |`,
    `| checks, candles, commits, published candles, ${deadLetters} dead letters, metrics, one trade a message | ${rate(candles)} | ${all(streamRatios)} | ${all(fetchRatios)} |`,
    `| checks and candles, ${TRADES_A_MESSAGE} trades a message | ${rate(several)} | ${(several / stream).toFixed(2)} | ${(several / fetch).toFixed(2)} |`,
    '',
    '| candles of one second, from the end of the window and the lateness to a subscriber | bus | trades/s | p50 ms | p99 ms |',
    '|---|---|---|---|---|',
    ...measured.latencies.map(
      ({ bus, candles: count, perSecond, p50Ms, p99Ms }) => `| ${count} | ${bus} | ${perSecond} | ${p50Ms} | ${p99Ms} |`,
    ),
  ];
}

if (import.meta.main) {
  const minutesOf = (flag: string): number => Number(process.argv[process.argv.indexOf(flag) + 1]);
  if (process.argv.includes('--soak')) await soakBurst(await exchangeTrades(), minutesOf('--soak'));
  else if (process.argv.includes('--soak-kafka')) await soakThroughKafka(await exchangeTrades(), minutesOf('--soak-kafka'));
  else for (const line of await candlesTables()) console.log(line);
}
