/**
 * What the checks of the bridge cost: messages/s of 300 bytes from Kafka to the Pub/Sub emulator, by the bridge as it runs and by a bare one that consumes by the same
 * client, publishes by Google's own (publishMessage, with batches) and commits, and does nothing else. The two take turns in one process. `node bench/bridge.ts` prints it.
 */
import { PubSub, type Topic } from '@google-cloud/pubsub';
import { openKafkaMessageLog } from '../core/adapters/kafka/kafka-message-log.ts';
import { countOutsideMemoryWithHeap } from '../core/adapters/kafka/outside-memory.ts';
import { createMemoryObjectStore } from '../core/adapters/memory-object-store.ts';
import { openPubsubMessageBus } from '../core/adapters/pubsub/pubsub-message-bus.ts';
import type { MessageBus } from '../core/ports/message-bus.ts';
import type { LogPosition, MessageLog, NewLogMessage } from '../core/ports/message-log.ts';
import { SILENT } from '../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../core/time/system-time.ts';
import { bridgeLimits } from '../streaming/bridge/bridge-limits.ts';
import type { BridgeLimits } from '../streaming/bridge/bridge-options.ts';
import { startBridge } from '../streaming/bridge/run-bridge.ts';
import type { StreamSpec } from '../streaming/bridge/source-bridge.ts';
import { defaultStreamingConfig } from '../streaming/config/load-streaming-config.ts';
import { createSimulation } from '../streaming/simulate/index.ts';
import { KAFKA, startKafka } from '../test/servers/kafka.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator } from '../test/servers/pubsub-emulator.ts';
import { exchangeTrades } from '../test/support/bridge-process-options.ts';
import { median } from './figures.ts';

const MESSAGES = 100_000;
const MESSAGE_BYTES = 300;
const PARTITIONS = 4;
const WARM_ROUNDS = 1;
/** Odd, so that the median is one of them. */
const ROUNDS = 5;
const SEND_AT_A_TIME = 10_000;
/** Of the plain client: what a request takes, as large and as late as the bridge's own. */
const PLAIN_BATCHING = { maxMessages: 1000, maxBytes: 4 * 1024 * 1024, maxMilliseconds: 10 };
const PROJECT = 'markets-bench';
const LIMITS: BridgeLimits = { ...bridgeLimits(defaultStreamingConfig()), recordSeconds: 1 };

export interface BridgeMeasure {
  readonly bare: number;
  readonly checked: number;
  /** Median of the rounds' ratios: both of a round ran one after the other. */
  readonly ratio: number;
}

export async function measureBridge(): Promise<BridgeMeasure> {
  // As the programs do it, for both.
  countOutsideMemoryWithHeap();
  const kafka = await startKafka();
  const emulator = await startPubsubEmulator();
  const log = openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null });
  const apiEndpoint = `http://${emulator.host}`;
  const bus = openPubsubMessageBus({ project: PROJECT, apiEndpoint });
  const plain = new PubSub({ projectId: PROJECT, apiEndpoint, emulatorMode: true });
  try {
    const spec = await exchangeTrades();
    for (const topic of [spec.stream.pubsub_topic, spec.stream.dead_letter_topic]) await bus.createTopic(topic);
    await fill(log, spec.stream.kafka_topic);
    const rounds: { readonly bare: number; readonly checked: number }[] = [];
    for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
      const topic = plain.topic(spec.stream.pubsub_topic, { messageOrdering: true, batching: PLAIN_BATCHING });
      const bare = await bareBridge(log, topic, spec, `bare-${round}`);
      const checked = await checkedBridge(log, bus, spec, `checked-${round}`);
      if (round >= WARM_ROUNDS) rounds.push({ bare, checked });
    }
    return {
      bare: median(rounds.map(({ bare }) => bare)),
      checked: median(rounds.map(({ checked }) => checked)),
      ratio: median(rounds.map(({ bare, checked }) => checked / bare)),
    };
  } finally {
    await log.close();
    await bus.close();
    await plain.close();
    await emulator.stop();
    await kafka.remove();
  }
}

async function fill(log: MessageLog, topic: string): Promise<void> {
  await log.createTopic(topic, PARTITIONS);
  const simulation = createSimulation({
    stream: 'trades',
    seed: 1,
    clock: { startMicros: 1_675_058_400_000_000, eventsPerSecond: 50_000 },
    count: MESSAGES,
  });
  const producer = await log.producer({ clientId: 'bench' });
  let batch: NewLogMessage[] = [];
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
    // Blanks behind the value are no part of the record.
    const value = Buffer.concat([message.value, Buffer.alloc(Math.max(0, MESSAGE_BYTES - message.value.length), ' ')]);
    batch.push({ topic, key: Buffer.from(message.key), value });
    if (batch.length === SEND_AT_A_TIME) {
      await producer.send(batch);
      batch = [];
    }
  }
  await producer.send(batch);
  await producer.close();
}

/** Consumes, publishes under the message's key, commits what a batch held when the bus has all of it; the next batch is read meanwhile, up to the same marks. */
async function bareBridge(log: MessageLog, topic: Topic, { stream }: StreamSpec, group: string): Promise<number> {
  const consumer = await log.consumer({ group, topics: [stream.kafka_topic], clientId: group, from: 'earliest' });
  const { signal } = new AbortController();
  let startMs = Number.NaN;
  let read = 0;
  let inFlight = 0;
  let work: Promise<unknown> = Promise.resolve();
  while (read < MESSAGES) {
    const batch = [...(await consumer.next(signal))];
    if (Number.isNaN(startMs)) startMs = performance.now();
    read += batch.length;
    inFlight += batch.length;
    const positions = new Map<number, LogPosition>();
    const sent = batch.map(async ({ topic: kafkaTopic, partition, offset, key, value }) => {
      positions.set(partition, { topic: kafkaTopic, partition, offset: offset + 1n });
      const attributes = { kafka_topic: kafkaTopic, kafka_partition: String(partition), kafka_offset: String(offset) };
      await topic.publishMessage({ data: value ?? Buffer.alloc(0), attributes, orderingKey: Buffer.from(key ?? []).toString() });
    });
    const before = work;
    work = Promise.all(sent).then(async () => {
      inFlight -= batch.length;
      await before;
      await consumer.commit([...positions.values()]);
    });
    if (inFlight >= LIMITS.marks.highMessages) await work;
  }
  await work;
  const seconds = (performance.now() - startMs) / 1000;
  await consumer.close();
  return MESSAGES / seconds;
}

async function checkedBridge(log: MessageLog, bus: MessageBus, spec: StreamSpec, group: string): Promise<number> {
  const stop = new AbortController();
  const parts = { log, bus, store: createMemoryObjectStore(), time: SYSTEM_TIME, logger: SILENT, limits: LIMITS, writer: group, group };
  const { statuses, ended } = startBridge(parts, { specs: [spec], signal: stop.signal, untilIdleSeconds: null });
  const [status] = statuses;
  if (status === undefined) throw new Error('expected one source');
  while (status.read === 0) await SYSTEM_TIME.wait(1, stop.signal);
  const startMs = performance.now();
  while (status.published < MESSAGES) await SYSTEM_TIME.wait(1, stop.signal);
  const seconds = (performance.now() - startMs) / 1000;
  stop.abort();
  await ended;
  return MESSAGES / seconds;
}

/** The table of docs/performance.md, line by line; says what is missing where a server cannot be had. */
export async function bridgeTable(): Promise<readonly string[]> {
  const missing = [KAFKA, PUBSUB_EMULATOR].filter((tool) => tool.find() === undefined);
  if (missing.length > 0) return [`not measured: ${missing.map(({ name, needs }) => `no ${name}, which needs ${needs}`).join('; ')}`];
  const { bare, checked, ratio } = await measureBridge();
  const rate = (value: number): string => Math.round(value).toLocaleString('en');
  return [
    '| messages of 300 bytes, Kafka to Pub/Sub | messages/s | ratio |',
    '|---|---|---|',
    `| bare: consume, publish, commit | ${rate(bare)} | 1.00 |`,
    `| the bridge: with checks, records and metrics | ${rate(checked)} | ${ratio.toFixed(2)} |`,
  ];
}

if (import.meta.main) {
  for (const line of await bridgeTable()) console.log(line);
}
