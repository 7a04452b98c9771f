/**
 * Candles from a real broker, one trade a message, with everything on: checks, candles, commits, published candles, dead letters of the bad messages, metrics.
 * Against a consumer of the same client that only counts, in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { candleProbes } from '../../streaming/candles/candle-probes.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { startKafka } from '../../test/servers/kafka.ts';
import { candlesInBench } from './candles-in-bench.ts';
import { measureLatency, type CandleLatency } from './latency.ts';
import { measureSeveral } from './several-trades.ts';
import { tradeFetch } from './trade-fetch.ts';

const MESSAGES = 400_000;
const CHUNK = 4000;
/** One in so many messages is cut off. */
const BAD_EVERY = 200;
/** Odd, so that the median is one of them. */
const ROUNDS = 3;
const PARTITIONS = 1;

export interface KafkaMeasure {
  readonly bareMessagesPerSecond: number;
  readonly candleMessagesPerSecond: number;
  readonly deadLetters: number;
  /** Several trades a message, without commits and output. */
  readonly severalTradesPerSecond: number;
  readonly latency: CandleLatency;
}

export async function measureKafka(spec: SourceSpec): Promise<KafkaMeasure> {
  const kafka = await startKafka();
  const log = openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null });
  try {
    const { kafka_topic: topic } = requireTradeColumns(spec).stream;
    await log.createTopic(topic, PARTITIONS);
    await produce(log, topic);
    const bare: number[] = [];
    const candles: number[] = [];
    let deadLetters = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareConsumer(log, topic, round));
      const measured = await candleRun(log, spec, round);
      candles.push(measured.perSecond);
      ({ deadLetters } = measured);
    }
    return {
      bareMessagesPerSecond: median(bare),
      candleMessagesPerSecond: median(candles),
      deadLetters,
      severalTradesPerSecond: await measureSeveral(log, spec),
      latency: await measureLatency(log, spec),
    };
  } finally {
    await log.close();
    await kafka.remove();
  }
}

async function produce(log: MessageLog, topic: string): Promise<void> {
  const producer = await log.producer({ clientId: 'bench' });
  for (let first = 0; first < MESSAGES; first += CHUNK) {
    const { messages } = tradeFetch({ first, trades: CHUNK, instruments: 8, perSecond: 50_000, startSecond: 1_772_400_000, seed: 1 });
    await producer.send(
      messages.map((value, index) => ({ topic, value: (first + index) % BAD_EVERY === BAD_EVERY - 1 ? value.subarray(0, 100) : value })),
    );
  }
  await producer.close();
}

async function bareConsumer(log: MessageLog, topic: string, round: number): Promise<number> {
  const consumer = await log.consumer({ group: `bare-${round}`, topics: [topic], clientId: `bare-${round}`, from: 'earliest' });
  const { signal } = new AbortController();
  let count = (await consumer.next(signal)).length;
  const startedMs = performance.now();
  const before = count;
  while (count < MESSAGES) count += (await consumer.next(signal)).length;
  const perSecond = ((count - before) * 1000) / (performance.now() - startedMs);
  await consumer.close();
  return perSecond;
}

async function candleRun(
  log: MessageLog,
  spec: SourceSpec,
  round: number,
): Promise<{ readonly perSecond: number; readonly deadLetters: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-candles-'));
  const bus = openEmbeddedMessageBus({ folder: join(folder, 'bus') });
  const { stream } = requireTradeColumns(spec);
  for (const topic of [`${stream.pubsub_topic}-candles`, stream.dead_letter_topic]) await bus.createTopic(topic);
  const letters = await bus.publisher(stream.dead_letter_topic);
  const sent: Promise<string>[] = [];
  const sendLetter = ({ value, offset }: LogMessage): void => {
    sent.push(letters.publish({ data: value ?? new Uint8Array(0), attributes: { kafka_offset: String(offset) }, orderingKey: null }));
  };
  const source = candlesInBench({ log, bus, spec, folder, name: String(round), refused: sendLetter });
  const stop = new AbortController();
  const ended = source.run({ untilIdleMs: null, signal: stop.signal });
  while (source.status.messages === 0) await wait(1);
  const before = source.status.messages;
  const startedMs = performance.now();
  while (source.status.messages < MESSAGES) await wait(1);
  const perSecond = ((MESSAGES - before) * 1000) / (performance.now() - startedMs);
  await Promise.all(sent);
  stop.abort();
  await ended;
  await candleProbes([source.status]).metrics();
  await letters.close();
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
  const { trades, refused } = source.status.counts;
  if (refused !== MESSAGES / BAD_EVERY || trades !== MESSAGES - refused)
    throw new Error(`found ${trades} trades and ${refused} bad messages`);
  return { perSecond, deadLetters: sent.length };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
