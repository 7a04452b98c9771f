/**
 * What is missing of a stream, through a real Kafka: a number that was never sent and a message that is lost behind the bridge are told, each with its kind and size.
 * Markers of transactions, holes of a compacted topic and a rebalance are not.
 */
import { Admin, Producer } from '@platformatic/kafka';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRows } from '../../cli/sandbox/rows.ts';
import { openSandboxLane, type SandboxLane } from '../../cli/sandbox/sandbox-lane.ts';
import { readEnvironment } from '../../cli/framework/environment.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { LogProducer, MessageLog, NewLogMessage } from '../../core/ports/message-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { bridgeLimits } from '../../streaming/bridge/bridge-limits.ts';
import { startBridge, type RunningBridge } from '../../streaming/bridge/run-bridge.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';
import { defaultStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import { createSimulation } from '../../streaming/simulate/index.ts';
import { sinkOptions } from '../../streaming/sink/test-support/sink-in-test.ts';
import { runSink } from '../../streaming/sink/run-sink.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { BRIDGE_TIMES } from '../support/bridge-process-options.ts';
import { losingBus } from '../support/losing-bus.ts';
import { HOME } from '../support/command-line.ts';

const MESSAGES = 900;
const PARTITIONS = 2;
const TIMEOUT_MS = 300_000;
/** Numbers of one instrument that are never sent. */
const NEVER_SENT = 12;
const FIRST_NEVER_SENT = 300;
/** A good message of the last third, by the number in which it was sent. */
const LOST = 700;
/** A cycle this much later judges every offset that was read. */
const LATER_MS = 600_000;
const LIMITS = {
  ...bridgeLimits(defaultStreamingConfig()),
  ...{ recordSeconds: 1, recordMessages: 100, uncommittedMessagesMax: 10_000, publishBackoffMsMax: 1000, lagSeconds: 1 },
};
const COMPACTED = {
  'cleanup.policy': 'compact',
  'min.cleanable.dirty.ratio': '0.001',
  'segment.ms': '100',
  'max.compaction.lag.ms': '100',
  'delete.retention.ms': '100',
};

serverOrSkip(KAFKA, 'gaps of a stream through Kafka', () => {
  let kafka: KafkaServer | undefined;
  let folder = '';
  let lane: SandboxLane | undefined;
  beforeAll(async () => {
    kafka = await startKafka({
      properties: { 'log.cleaner.backoff.ms': '200', 'log.segment.delete.delay.ms': '100', 'group.min.session.timeout.ms': '500' },
    });
    folder = await mkdtemp(join(tmpdir(), 'stream-gaps-'));
  });
  afterAll(async () => {
    await lane?.close();
    await kafka?.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const openLog = (): MessageLog => openKafkaMessageLog({ brokers: [kafka?.broker ?? ''], tls: null, sasl: null, times: BRIDGE_TIMES });

  test('are what was never sent and what was lost behind the bridge, and nothing else', { timeout: TIMEOUT_MS }, async () => {
    const root = join(folder, 'root');
    lane = await openSandboxLane({
      rootFolder: root,
      specsFolder: join(HOME, 'source_specs'),
      environment: readEnvironment(),
      signal: new AbortController().signal,
      choose: (specs) => specs.filter(({ name }) => name === 'exchange_trades'),
    });
    const spec = lane.specs[0] as StreamSpec;
    const { kafka_topic: topic } = spec.stream;
    await createCompacted(kafka?.broker ?? '', topic);
    const bus = openEmbeddedMessageBus({ folder: join(folder, 'messages') });
    await createBusTopics(bus, spec);

    const messages = tradesOf(topic);
    const third = messages.length / 3;
    const log = openLog();
    const producer = await log.producer({ clientId: 'exchange' });
    await sendTwice(producer, messages.slice(0, third));
    await waitForHoles(openLog, topic);
    const first = bridgeOf(openLog(), bus, lane.store, spec, '0000000a');
    await until(() => first.read() >= third);
    await sendInTransactions(kafka?.broker ?? '', messages.slice(third, 2 * third));
    const second = bridgeOf(openLog(), bus, lane.store, spec, '0000000b');
    // Both have a partition by now, or will have; what the first leaves the second goes on with.
    await until(() => second.assigned());
    await producer.send(messages.slice(2 * third));
    await producer.close();
    await first.stop();
    await until(() => first.read() + second.read() >= messages.length && second.inFlight() === 0);
    await second.stop();
    await log.close();

    const lostTrade = tradeIdOf(messages[LOST]?.value ?? null);
    let losses = 0;
    const losing = losingBus(bus, ({ data }) => {
      const isIt = losses === 0 && tradeIdOf(data) === lostTrade;
      if (isIt) losses += 1;
      return isIt;
    });
    const sink = runSink(
      sinkOptions({
        ...{ bus: losing, store: lane.store, format: 'parquet', scratch: folder, now: () => new Date().toISOString().replace('Z', '000Z') },
        sources: [{ name: spec.name, topic: spec.stream.pubsub_topic, deadLetterTopic: spec.stream.dead_letter_topic }],
        limits: { batchSeconds: 1, batchMessages: 1000, batchBytes: 10_000_000, shutdownSeconds: 10 },
        untilIdleSeconds: 2,
      }),
    );
    expect((await sink.ended).sources.map(({ error }) => error)).toEqual([null]);
    expect(losses).toBe(1);
    await bus.close();

    const result = await lane.cycle(new Date(Date.now() + LATER_MS).toISOString().replace('Z', '000Z'));
    expect(result).toMatchObject({ errors: [], transform: 'ok' });
    const reader = await lane.openWarehouse();
    try {
      const gaps = await readRows(
        reader,
        'select kind, missing, severity from control.streaming_sequence_gaps where closed_at is null order by kind, missing',
      );
      expect(gaps).toEqual([
        { kind: 'loss', missing: '1', severity: 'LOW' },
        // The lost message had a number, too.
        { kind: 'sequence', missing: '1', severity: 'LOW' },
        { kind: 'sequence', missing: String(NEVER_SENT), severity: 'MEDIUM' },
      ]);
    } finally {
      reader.close();
    }
    expect(result.alerts_opened.map(({ kind }) => kind).toSorted()).toEqual(['stream_gap', 'stream_loss']);
  });
});

interface TestedBridge {
  read(): number;
  inFlight(): number;
  assigned(): boolean;
  stop(): Promise<void>;
}

function bridgeOf(log: MessageLog, bus: MessageBus, store: ObjectStore, spec: StreamSpec, id: string): TestedBridge {
  const ending = new AbortController();
  const parts = { log, bus, store, time: SYSTEM_TIME, logger: SILENT, limits: LIMITS, writer: `20230130T060000-${id}`, group: 'gaps' };
  const bridge: RunningBridge = startBridge(parts, { specs: [spec], signal: ending.signal, untilIdleSeconds: null });
  const status = bridge.statuses[0];
  return {
    read: () => status?.read ?? 0,
    inFlight: () => status?.delivery?.inFlight ?? 0,
    assigned: () => status?.state === 'reading',
    async stop() {
      ending.abort();
      await bridge.ended;
      await log.close();
    },
  };
}

/** Trades of a made-up exchange; one instrument loses some numbers. */
function tradesOf(topic: string): readonly NewLogMessage[] {
  const simulation = createSimulation({
    stream: 'trades',
    seed: 7,
    instruments: 3,
    clock: { startMicros: Date.parse('2026-01-05T09:00:00Z') * 1000, eventsPerSecond: 100 },
  });
  const messages: NewLogMessage[] = [];
  let missing = '';
  let dropped = 0;
  while (messages.length < MESSAGES) {
    const message = simulation.next();
    if (message === undefined) break;
    if (messages.length === FIRST_NEVER_SENT && dropped === 0) missing = message.key;
    if (message.key === missing && dropped < NEVER_SENT) {
      dropped += 1;
      continue;
    }
    // A key of its own, so that compaction takes away only what is sent twice.
    const id = tradeIdOf(message.value);
    messages.push({ topic, partition: message.key.charCodeAt(0) % PARTITIONS, key: Buffer.from(id), value: message.value });
  }
  return messages;
}

function tradeIdOf(value: Uint8Array | null): string {
  return (JSON.parse(Buffer.from(value ?? []).toString()) as { readonly trade_id: string }).trade_id;
}

async function createCompacted(broker: string, topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker] });
  const configs = Object.entries(COMPACTED).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1, configs });
  await admin.close();
}

async function createBusTopics(bus: MessageBus, { stream }: StreamSpec): Promise<void> {
  for (const topic of [stream.pubsub_topic, stream.dead_letter_topic]) {
    await bus.createTopic(topic);
    await bus.createSubscription(`${topic}-sink`, topic);
  }
}

/** Each key twice, in segments of their own: the first is compacted away. */
async function sendTwice(producer: LogProducer, messages: readonly NewLogMessage[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await producer.send(messages);
    await wait(200);
  }
  // The newest segment is never compacted: one message more begins another.
  await producer.send(messages.slice(-PARTITIONS));
}

/** Until a reader from the beginning gets fewer messages than were sent. */
async function waitForHoles(openLog: () => MessageLog, topic: string): Promise<void> {
  const log = openLog();
  try {
    for (let round = 0; round < 100; round += 1) {
      const consumer = await log.consumer({ group: `holes-${String(round)}`, topics: [topic], clientId: 'test', from: 'earliest' });
      let hasHole = false;
      let next = new Map<number, bigint>();
      const stop = AbortSignal.timeout(2000);
      while (!stop.aborted) {
        for (const { partition, offset } of await consumer.next(stop)) {
          hasHole ||= offset !== (next.get(partition) ?? 0n);
          next = next.set(partition, offset + 1n);
        }
      }
      await consumer.close();
      if (hasHole) return;
    }
    throw new Error('expected the broker to compact the topic');
  } finally {
    await log.close();
  }
}

/** A marker behind every tenth message takes an offset; every third transaction is given up and sent again. */
async function sendInTransactions(broker: string, messages: readonly NewLogMessage[]): Promise<void> {
  const producer = new Producer<Buffer, Buffer, Buffer, Buffer>({
    clientId: 'exchange',
    bootstrapBrokers: [broker],
    transactionalId: 'exchange',
    idempotent: true,
  });
  try {
    for (let at = 0; at < messages.length; at += 10) {
      const some = messages.slice(at, at + 10).map(({ topic, partition, key, value }) => ({
        topic,
        partition: partition ?? 0,
        key: Buffer.from(key ?? []),
        value: Buffer.from(value ?? []),
      }));
      for (const isKept of at % 30 === 0 ? [false, true] : [true]) {
        const transaction = await producer.beginTransaction();
        await transaction.send({ messages: some });
        await (isKept ? transaction.commit() : transaction.abort());
      }
    }
  } finally {
    await producer.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 90_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('expected the bridges to get through within 90 s');
    await wait(50);
  }
}
