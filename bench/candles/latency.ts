/**
 * How long a candle takes: from the moment at which its window can close (its end and the allowed lateness have passed in event time) until a subscriber has it.
 * Trades of this moment at a steady rate, through a real broker, with the commits of the configuration.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BusSubscription, MessageBus } from '../../core/ports/message-bus.ts';
import type { LogProducer, MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { randomNumbers } from '../../streaming/candles/test-support/random-trades.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { candlesInBench } from './candles-in-bench.ts';
import { tradeText } from './trade-fetch.ts';
import { quantile } from '../figures.ts';

const SECONDS = 40;
const PER_SECOND = 5000;
const TICK_MS = 20;
const HELD = { heldMessagesMax: 10_000, heldBytesMax: 100_000_000 };

export interface CandleLatency {
  readonly bus: string;
  readonly candles: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly latenessSeconds: number;
  readonly perSecond: number;
}

export interface LatencyGround {
  readonly log: MessageLog;
  /** Of the topic of the log, and for the table. */
  readonly name: string;
  openBus(folder: string): MessageBus;
}

export async function measureLatency(ground: LatencyGround, spec: SourceSpec): Promise<CandleLatency> {
  const { stream } = requireTradeColumns(spec);
  const folder = mkdtempSync(join(tmpdir(), 'bench-latency-'));
  const { log, name } = ground;
  const bus = ground.openBus(join(folder, 'bus'));
  const topic = `bench.latency.${name}`;
  const candlesTopic = `${stream.pubsub_topic}-candles`;
  await bus.createTopic(candlesTopic);
  await bus.createSubscription(`${candlesTopic}-latency`, candlesTopic);
  await log.createTopic(topic, 1);
  const measured = { ...spec, stream: { ...stream, kafka_topic: topic } };
  const source = candlesInBench({ log, bus, spec: measured, folder, name: `latency-${name}` });
  const stop = new AbortController();
  const ended = source.run({ untilIdleMs: null, signal: stop.signal });
  const subscription = await bus.subscription(`${candlesTopic}-latency`, HELD);
  const seen = latencies(subscription, stop.signal, stream.allowed_lateness_ms);
  const producer = await log.producer({ clientId: 'bench-latency' });
  await produce(producer, topic);
  stop.abort();
  await ended;
  const sorted = (await seen).toSorted((left, right) => left - right);
  await subscription.close();
  await producer.close();
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
  const at = (share: number): number => Math.round(quantile(sorted, share));
  return {
    bus: name,
    candles: sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    latenessSeconds: stream.allowed_lateness_ms / 1000,
    perSecond: PER_SECOND,
  };
}

/** Event times are the clock's. */
async function produce(producer: LogProducer, topic: string): Promise<void> {
  const random = randomNumbers(1);
  const startSecond = Date.now() / 1000;
  const options = { first: 0, trades: 0, instruments: 8, perSecond: PER_SECOND, startSecond, seed: 1 };
  let count = 0;
  while (count < SECONDS * PER_SECOND) {
    const due = Math.min(Math.floor((Date.now() / 1000 - startSecond) * PER_SECOND), SECONDS * PER_SECOND);
    const values = Array.from({ length: due - count }, (_, index) => Buffer.from(tradeText(count + index, options, random)));
    if (values.length > 0) await producer.send(values.map((value) => ({ topic, value })));
    count = due;
    await wait(TICK_MS);
  }
}

/** Of candles of one second as they are told first, that were closed by a trade: not those that the end of the run tells. */
async function latencies(subscription: BusSubscription, signal: AbortSignal, latenessMs: number): Promise<readonly number[]> {
  const found: number[] = [];
  while (!signal.aborted) {
    for (const message of await subscription.next(signal)) {
      const { window_size, window_start, revision } = message.attributes;
      if (window_size === '1s' && revision === '1') found.push(Date.now() - (Date.parse(window_start ?? '') + 1000 + latenessMs));
      message.acknowledge();
    }
  }
  return found;
}
