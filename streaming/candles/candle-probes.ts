/** Whether live candles are made, and how far they are: for Prometheus and probes. Names in docs/streaming.md. */
import { Counter, Gauge, Registry } from 'prom-client';
import { bucketText } from '../../core/telemetry/bucket-metric.ts';
import type { Probes } from '../telemetry/serve-probes.ts';
import { LATENCY_BUCKETS, type CandleStatus } from './candle-status.ts';

const LATENCY = 'markets_candles_event_to_candle_seconds';
const LATENCY_HELP = 'From the log time of the newest message to the candle that is published';

export function candleProbes(statuses: readonly CandleStatus[]): Probes {
  const registry = new Registry();
  for (const [name, help, read] of COUNTERS) counter(registry, name, help, statuses, read);
  new Gauge({
    name: 'markets_candles_watermark_timestamp_seconds',
    help: 'Event time before which windows are closed; the oldest of the partitions of this process',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const { source, watermarkUs } of statuses) if (watermarkUs !== null) this.set({ source }, watermarkUs / 1e6);
    },
  });
  new Gauge({
    name: 'markets_candles_lag_messages',
    help: 'Messages in the log behind the position of the candles',
    labelNames: ['source', 'partition'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { source, lags } of statuses) for (const [partition, lag] of lags) this.set({ source, partition: String(partition) }, lag);
    },
  });
  new Gauge({
    name: 'markets_candles_partitions',
    help: 'Partitions that this process reads',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      for (const { source, partitions } of statuses) this.set({ source }, partitions.length);
    },
  });
  return {
    contentType: registry.contentType,
    metrics: async () => {
      const counted = statuses.map(({ source, latency }) => ({
        labels: { source },
        counts: latency.counts,
        sum: latency.sum,
        total: latency.count,
      }));
      return `${await registry.metrics()}\n${bucketText(LATENCY, LATENCY_HELP, LATENCY_BUCKETS, counted)}`;
    },
    unhealthy: () => statuses.filter(({ state }) => state === 'failed').map(({ source }) => `${source}: failed`),
    unready: () => statuses.filter(({ state }) => state !== 'reading').map(({ source, state }) => `${source}: ${state}`),
  };
}

type Read = (status: CandleStatus) => number;

const COUNTERS: readonly (readonly [name: string, help: string, read: Read])[] = [
  ['markets_candles_messages_total', 'Messages that were read', ({ messages }) => messages],
  [
    'markets_candles_trades_total',
    'Trades that count, of the partitions of this process since they were first read',
    ({ counts }) => counts.trades,
  ],
  ['markets_candles_duplicates_total', 'Trades whose key was there already', ({ counts }) => counts.duplicates],
  ['markets_candles_too_late_total', 'Trades behind the watermark', ({ counts }) => counts.too_late],
  [
    'markets_candles_dropped_total',
    'Trades that were too late to be counted at all; the warehouse has them',
    ({ counts }) => counts.dropped,
  ],
  ['markets_candles_beyond_total', 'Trades so far in the future that there was no room', ({ counts }) => counts.beyond],
  ['markets_candles_refused_total', 'Messages that their spec refuses', ({ counts }) => counts.refused],
  ['markets_candles_closed_total', 'Windows that closed', ({ closed }) => closed],
  ['markets_candles_corrected_total', 'Candles that were told again with a higher revision', ({ corrected }) => corrected],
  ['markets_candles_published_total', 'Candles that the bus has taken', ({ publishedCandles }) => publishedCandles],
  ['markets_candles_commits_total', 'Manifests that were written', ({ commits }) => commits],
];

/** Counted elsewhere: a partition that comes back brings its own counts, and one that leaves takes them with it. */
function counter(registry: Registry, name: string, help: string, statuses: readonly CandleStatus[], read: Read): void {
  new Counter({
    name,
    help,
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      for (const status of statuses) this.inc({ source: status.source }, read(status));
    },
  });
}
