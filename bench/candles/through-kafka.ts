/**
 * Candles from a real broker, one trade a message, with everything on: checks, candles, commits, published candles, dead letters of the bad messages, metrics.
 * Against two consumers of the same client that only count, one after the other in each round and each in a process of its own: the client as its documentation
 * has it (a stream of messages), and by its single requests, which is the fastest that it has.
 */
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import { openPubsubMessageBus } from '../../core/adapters/pubsub/pubsub-message-bus.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { startKafka } from '../../test/servers/kafka.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator } from '../../test/servers/pubsub-emulator.ts';
import { runProgram } from '../child.ts';
import { measureLatency, type CandleLatency } from './latency.ts';
import type { CandleRun, Reader, ReaderRequest } from './reader-process.ts';
import { sendSeveral, SEVERAL } from './several-trades.ts';
import { messagesOf, SERIES, tradeFetch } from './trade-fetch.ts';
import { median } from '../figures.ts';

const WARM_MESSAGES = 1_200_000;
const MESSAGES = 3_600_000;
const CHUNK = 4000;
/** One in so many messages is cut off. */
const BAD_EVERY = 200;
/** Odd, so that the median is one of them. */
const ROUNDS = 5;
const PARTITIONS = 1;
const READER = new URL('reader-process.ts', import.meta.url);

export interface KafkaMeasure {
  /** The client's own stream of messages. */
  readonly streamMessagesPerSecond: number;
  /** The client by its single requests. */
  readonly fetchMessagesPerSecond: number;
  readonly candleMessagesPerSecond: number;
  /** Of the rounds, the program to the client's stream, and to its requests: those of a round ran one after the other. */
  readonly streamRatios: readonly number[];
  readonly fetchRatios: readonly number[];
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
    const run = async <T>(reader: Reader, round: number): Promise<T> => {
      const counted = { broker: kafka.broker, topic, group: `${reader}-${round}`, warmMessages: WARM_MESSAGES, messages: MESSAGES };
      return await runProgram<T>(READER, { reader, counted, badEvery: BAD_EVERY } satisfies ReaderRequest);
    };
    const rounds: { readonly stream: number; readonly fetch: number; readonly candles: CandleRun }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const stream = await run<number>('stream', round);
      rounds.push({ stream, fetch: await run<number>('fetch', round), candles: await run<CandleRun>('candles', round) });
    }
    await sendSeveral(log);
    const several = { reader: 'several', counted: { ...SEVERAL, broker: kafka.broker }, badEvery: BAD_EVERY } satisfies ReaderRequest;
    return {
      streamMessagesPerSecond: median(rounds.map(({ stream }) => stream)),
      fetchMessagesPerSecond: median(rounds.map(({ fetch }) => fetch)),
      candleMessagesPerSecond: median(rounds.map(({ candles }) => candles.perSecond)),
      streamRatios: rounds.map(({ stream, candles }) => candles.perSecond / stream),
      fetchRatios: rounds.map(({ fetch, candles }) => candles.perSecond / fetch),
      deadLetters: rounds[0]?.candles.deadLetters ?? 0,
      severalTradesPerSecond: await runProgram<number>(READER, several),
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
    const messages = messagesOf(tradeFetch({ ...SERIES, perSecond: 50_000, first, trades: CHUNK }));
    await producer.send(
      messages.map((value, index) => ({ topic, value: (first + index) % BAD_EVERY === BAD_EVERY - 1 ? value.subarray(0, 100) : value })),
    );
  }
  await producer.close();
}
