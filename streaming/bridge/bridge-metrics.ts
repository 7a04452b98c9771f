/** The figures of a bridge for Prometheus, read from its sources when they are asked for: a message costs no call of the metrics library. */
import { Registry } from 'prom-client';
import { bucketText } from '../../core/telemetry/bucket-metric.ts';
import { BUCKET_SECONDS } from '../../core/telemetry/latency-buckets.ts';
import { registerCounter, registerGauge, type Figure, type ReadSamples, type Sample } from '../../core/telemetry/polled-figures.ts';
import type { SourceStatus } from './source-status.ts';

export interface BridgeMetrics {
  text(): Promise<string>;
  readonly contentType: string;
}

export function createBridgeMetrics(statuses: readonly SourceStatus[]): BridgeMetrics {
  const registry = new Registry();
  for (const figure of counters(statuses)) registerCounter(registry, figure);
  for (const figure of gauges(statuses)) registerGauge(registry, figure);
  const latencies = (): string =>
    bucketText(
      'markets_stream_publish_seconds',
      'From reading a message to the answer of the bus',
      BUCKET_SECONDS,
      statuses.map(({ source, latency: { counts, sumSeconds: sum, total } }) => ({ labels: { source }, counts, sum, total })),
    );
  return { contentType: registry.contentType, text: async () => `${await registry.metrics()}\n${latencies()}` };
}

/** 1 while a source is read, published and recorded. */
function isUp({ state, delivery, storeFailingSince }: SourceStatus): boolean {
  return state === 'reading' && delivery?.rejectingSince === null && storeFailingSince === null;
}

function counters(statuses: readonly SourceStatus[]): readonly Figure[] {
  const each = eachOf(statuses);
  return [
    ['markets_stream_read_total', 'Messages read', ['source'], each(({ read }) => read)],
    ['markets_stream_published_total', 'Good messages that the bus has taken', ['source'], each(({ published }) => published)],
    ['markets_stream_skipped_total', 'Messages that are no records', ['source'], each(({ skipped }) => skipped)],
    ['markets_stream_read_records_total', 'Records written of what was read', ['source'], each(({ records }) => records)],
    ['markets_stream_dead_letters_total', 'Dead letters that the bus has taken', ['source'], each(({ deadLetters }) => deadLetters)],
    [
      'markets_stream_dead_lettered_total',
      'Dead letters by code; one with several codes counts for each',
      ['source', 'code'],
      function* () {
        for (const { source, deadLettered } of statuses) for (const [code, count] of deadLettered) yield [{ source, code }, count];
      },
    ],
  ];
}

function gauges(statuses: readonly SourceStatus[]): readonly Figure[] {
  const each = eachOf(statuses);
  const lags = ['source', 'partition'];
  const newest = ({ lastTimestampMs }: SourceStatus): number | null => (lastTimestampMs === null ? null : lastTimestampMs / 1000);
  return [
    ['markets_stream_lag_messages', 'Messages in the log that are not done', lags, byPartition(statuses, 'messages')],
    ['markets_stream_lag_seconds', 'Age of the newest message that is done, 0 without lag', lags, byPartition(statuses, 'seconds')],
    ['markets_stream_in_flight', 'Messages without an answer of the bus', ['source'], each(({ delivery }) => delivery?.inFlight ?? 0)],
    ['markets_stream_in_flight_bytes', 'Their bytes', ['source'], each(({ delivery }) => delivery?.inFlightBytes ?? 0)],
    ['markets_stream_up', '1 while the source is read, published and recorded', ['source'], each((status) => (isUp(status) ? 1 : 0))],
    ['markets_stream_last_message_timestamp_seconds', 'Time that the log gave the last message read', ['source'], each(newest)],
  ];
}

function eachOf(statuses: readonly SourceStatus[]): (of: (status: SourceStatus) => number | null) => ReadSamples {
  return (of) => () => statuses.map((status): Sample => [{ source: status.source }, of(status)]);
}

function byPartition(statuses: readonly SourceStatus[], what: 'messages' | 'seconds'): ReadSamples {
  return function* () {
    for (const { source, lag } of statuses) {
      for (const [partition, of] of lag) yield [{ source, partition: String(partition) }, of[what]];
    }
  };
}
