/**
 * Candles from a real broker, one trade a message, with everything on: checks, candles, commits, published candles, dead letters of the bad messages, metrics.
 * Against two consumers that only count, one after the other in each round: the client as its documentation has it (a stream of messages), and the adapter of
 * this project over the same client, which is what the program reads with.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import { openPubsubMessageBus } from '../../core/adapters/pubsub/pubsub-message-bus.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { candleProbes } from '../../streaming/candles/candle-probes.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { startKafka } from '../../test/servers/kafka.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator } from '../../test/servers/pubsub-emulator.ts';
import { candlesInBench } from './candles-in-bench.ts';
import { clientStream } from './client-stream.ts';
import { measureLatency, type CandleLatency } from './latency.ts';
import { measureSeveral } from './several-trades.ts';
import { tradeFetch } from './trade-fetch.ts';
import { median } from '../figures.ts';

/** Of each run the first ones are not measured: code that is not compiled yet, and tables of keys that still grow. */
const WARM_MESSAGES = 1_200_000;
const MESSAGES = 3_600_000;
const CHUNK = 4000;
/** One in so many messages is cut off. */
const BAD_EVERY = 200;
/** Odd, so that the median is one of them. */
const ROUNDS = 5;
const PARTITIONS = 1;

export interface KafkaMeasure {
  /** The client's own stream of messages. */
  readonly streamMessagesPerSecond: number;
  /** The adapter over the same client. */
  readonly bareMessagesPerSecond: number;
  readonly candleMessagesPerSecond: number;
  /** Of the rounds, the program to the client's stream, and to the adapter: those of a round ran one after the other. */
  readonly streamRatios: readonly number[];
  readonly bareRatios: readonly number[];
  readonly deadLetters: number;
  /** Several trades a message, without commits and output. */
  readonly severalTradesPerSecond: number;
  readonly latencies: readonly CandleLatency[];
}

export async function measureKafka(spec: SourceSpec): Promise<KafkaMeasure> {
  const kafka = await startKafka();
  const log = openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null });
  try {
    const { kafka_topic: topic } = requireTradeColumns(spec).stream;
    await log.createTopic(topic, PARTITIONS);
    await produce(log, topic);
    const counted = { broker: kafka.broker, topic, warmMessages: WARM_MESSAGES, messages: MESSAGES };
    const rounds: { readonly stream: number; readonly bare: number; readonly candles: CandleRun }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const stream = await clientStream({ ...counted, group: `stream-${round}` });
      rounds.push({ stream, bare: await bareConsumer(log, topic, round), candles: await candleRun(log, spec, round) });
    }
    return {
      streamMessagesPerSecond: median(rounds.map(({ stream }) => stream)),
      bareMessagesPerSecond: median(rounds.map(({ bare }) => bare)),
      candleMessagesPerSecond: median(rounds.map(({ candles }) => candles.perSecond)),
      streamRatios: rounds.map(({ stream, candles }) => candles.perSecond / stream),
      bareRatios: rounds.map(({ bare, candles }) => candles.perSecond / bare),
      deadLetters: rounds[0]?.candles.deadLetters ?? 0,
      severalTradesPerSecond: await measureSeveral(log, spec),
      latencies: await measureLatencies(log, spec),
    };
  } finally {
    await log.close();
    await kafka.remove();
  }
}

/** With the bus in a folder, and with the emulator of Pub/Sub where it can be had. */
async function measureLatencies(log: MessageLog, spec: SourceSpec): Promise<readonly CandleLatency[]> {
  const embedded = await measureLatency({ log, name: 'embedded', openBus: (folder) => openEmbeddedMessageBus({ folder }) }, spec);
  if (PUBSUB_EMULATOR.find() === undefined) return [embedded];
  const emulator = await startPubsubEmulator();
  try {
    const openBus = (): MessageBus => openPubsubMessageBus({ project: 'markets-bench', apiEndpoint: `http://${emulator.host}` });
    return [embedded, await measureLatency({ log, name: 'pubsub', openBus }, spec)];
  } finally {
    await emulator.stop();
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
  let count = 0;
  while (count < WARM_MESSAGES) count += (await consumer.next(signal)).length;
  const startedMs = performance.now();
  const before = count;
  while (count < MESSAGES) count += (await consumer.next(signal)).length;
  const perSecond = ((count - before) * 1000) / (performance.now() - startedMs);
  await consumer.close();
  return perSecond;
}

interface CandleRun {
  readonly perSecond: number;
  readonly deadLetters: number;
}

async function candleRun(log: MessageLog, spec: SourceSpec, round: number): Promise<CandleRun> {
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
  while (source.status.messages < WARM_MESSAGES) await wait(1);
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
