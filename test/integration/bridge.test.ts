/** Many messages through processes that are killed, on a broker that is killed, to a bus that goes away: the truth of the generator is what arrives. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openEmbeddedMessageLog } from '../../core/adapters/embedded-bus/embedded-message-log.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { MessageLog, NewLogMessage } from '../../core/ports/message-log.ts';
import { countOffsets, rangesOfTexts, unionRanges, type OffsetRanges } from '../../core/stream/offset-ranges.ts';
import { listReadRecords, readReadRecord, type PartitionRead } from '../../core/stream/read-record.ts';
import { createSimulation } from '../../streaming/simulate/index.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { BRIDGE_TIMES, exchangeTrades, type BridgeProcessOptions } from '../support/bridge-process-options.ts';
import { HOME } from '../support/command-line.ts';

const MESSAGES = 100_000;
const CORRUPT = 0.05;
const PARTITIONS = 6;
const SEND_AT_A_TIME = 10_000;
const AWAY_MS = 10_000;
/** So many messages a process does before it is killed. */
const LIVES = [1, 9000, 1500, 6000, 4000, 11_000, 500, 7000, 3000, 8000] as const;
/** Before the life of that number, beside its killing: */
const BROKER_KILLED = [2, 6];
const BUS_AWAY = 4;
const SECOND_BRIDGE = 7;
const TIMEOUT_MS = 900_000;

type Bridge = ChildProcessByStdio<null, Readable, null>;
/** By partition and offset: the codes that a dead letter must have, '' for a good message. */
type Expected = readonly string[][];

serverOrSkip(KAFKA, 'the bridge on a real Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-chaos-'));
  const paths = { bus: join(folder, 'messages'), root: join(folder, 'root'), away: join(folder, 'away') };
  const bridges = new Set<Bridge>();
  let kafka: KafkaServer | undefined;
  let starts = 0;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { 'group.min.session.timeout.ms': '500' } });
  });
  afterAll(async () => {
    for (const bridge of bridges) bridge.kill('SIGKILL');
    await kafka?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(untilIdleSeconds: number | null = null): Bridge {
    starts += 1;
    const writer = `20230130T060000-${String(starts).padStart(8, '0')}`;
    const options: BridgeProcessOptions = { broker: kafka?.broker ?? '', ...paths, writer, untilIdleSeconds };
    const bridge = spawn(process.execPath, [join(HOME, 'test/support/bridge-process.ts'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    bridges.add(bridge);
    bridge.once('exit', () => bridges.delete(bridge));
    return bridge;
  }

  async function kill(bridge: Bridge): Promise<void> {
    const exit = once(bridge, 'exit');
    bridge.kill('SIGKILL');
    await exit;
  }

  test('every good message arrives, every bad one with its reason, and what came twice is named', { timeout: TIMEOUT_MS }, async () => {
    const { stream } = await exchangeTrades();
    await createBusTopics(paths.bus, [stream.pubsub_topic, stream.dead_letter_topic]);
    const log = openKafkaMessageLog({ brokers: [kafka?.broker ?? ''], tls: null, sasl: null, times: BRIDGE_TIMES });
    await log.createTopic(stream.kafka_topic, PARTITIONS);
    const sending = sendAll(log, stream.kafka_topic);
    for (const [life, messages] of LIVES.entries()) {
      const bridge = begin();
      if (life === BUS_AWAY) {
        writeFileSync(paths.away, '');
        await wait(AWAY_MS);
        rmSync(paths.away);
      }
      const second = life === SECOND_BRIDGE ? begin() : null;
      await done(bridge, messages);
      if (second !== null) {
        await done(second, 1);
        second.kill('SIGTERM');
        expect(await once(second, 'exit')).toEqual([0, null]);
      }
      if (BROKER_KILLED.includes(life)) {
        await kafka?.kill();
        await kafka?.restart();
        await done(bridge, 1);
      }
      await kill(bridge);
    }
    const expected = await sending;
    await log.close();
    const last = begin(5);
    expect(await once(last, 'exit')).toEqual([0, null]);
    const arrived = await readAll(paths.bus, [stream.pubsub_topic, stream.dead_letter_topic], expected);
    expect(arrived.missing).toBe(0);
    expect(arrived.wrong).toEqual([]);
    expect(expected.flat().filter((codes) => codes !== '').length).toBeGreaterThan(0);
    const reads = await readsOf(paths.root);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      expect(Number(countOffsets(unionOf(reads, partition, ({ ranges }) => ranges)))).toBe(expected[partition]?.length);
      const inDoubt = unionOf(reads, partition, (read) => read.in_doubt);
      const unnamed = (arrived.twice[partition] ?? []).filter(
        (offset) => !inDoubt.some(([first, end]) => offset >= first && offset <= end),
      );
      expect(unnamed).toEqual([]);
    }
    expect(arrived.twice.flat().length).toBeGreaterThan(0);
  });
});

async function createBusTopics(folder: string, topics: readonly string[]): Promise<void> {
  const bus = openEmbeddedMessageBus({ folder });
  for (const topic of topics) await bus.createTopic(topic);
  await bus.close();
}

async function sendAll(log: MessageLog, topic: string): Promise<Expected> {
  const expected: string[][] = Array.from({ length: PARTITIONS }, () => []);
  const codes = new Map<number, string>();
  const simulation = createSimulation({
    stream: 'trades',
    seed: 20_230_130,
    clock: { startMicros: 1_675_058_400_000_000, eventsPerSecond: 50_000 },
    count: MESSAGES,
    faults: { corrupt: CORRUPT },
    onTruth: (truth) => codes.set(truth.position, truth.codes.join(',')),
  });
  const producer = await log.producer({ clientId: 'chaos' });
  const keys = new Map<string, number>();
  let batch: NewLogMessage[] = [];
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
    if (!keys.has(message.key)) keys.set(message.key, keys.size % PARTITIONS);
    const partition = keys.get(message.key) ?? 0;
    batch.push({ topic, partition, key: Buffer.from(message.key), value: message.value });
    expected[partition]?.push(codes.get(message.position) ?? '');
    if (batch.length === SEND_AT_A_TIME) {
      await producer.send(batch);
      batch = [];
    }
  }
  await producer.send(batch);
  await producer.close();
  return expected;
}

/** Resolves when the process has done so many messages since now. */
async function done(bridge: Bridge, count: number): Promise<void> {
  let begun: number | null = null;
  const lines = createInterface({ input: bridge.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      begun ??= Number(line);
      if (Number(line) - begun >= count) resolve();
    });
    bridge.once('exit', (code) => reject(new Error(`expected a bridge that goes on, found its end with ${code}`)));
  });
  lines.close();
}

interface Arrived {
  readonly missing: number;
  /** `partition/offset: found, not expected`. */
  readonly wrong: readonly string[];
  /** Offsets that came more than once, by partition. */
  readonly twice: readonly bigint[][];
}

async function readAll(folder: string, topics: readonly string[], expected: Expected): Promise<Arrived> {
  const log = openEmbeddedMessageLog({ folder });
  const consumer = await log.consumer({ group: 'truth', topics, clientId: 'truth', from: 'earliest' });
  const seen = expected.map((codes) => new Uint8Array(codes.length));
  const wrong: string[] = [];
  const twice = expected.map((): bigint[] => []);
  let left = expected.reduce((sum, { length }) => sum + length, 0);
  for (;;) {
    const messages = await consumer.next(AbortSignal.timeout(5000));
    if (messages.length === 0) break;
    for (const { headers } of messages) {
      const texts = new Map(headers.map(([name, value]) => [name, Buffer.from(value).toString()]));
      const [partition, offset] = [Number(texts.get('kafka_partition')), Number(texts.get('kafka_offset'))];
      const codes = texts.get('codes') ?? '';
      if (codes !== expected[partition]?.[offset]) wrong.push(`${partition}/${offset}: ${codes}, not ${expected[partition]?.[offset]}`);
      const places = seen[partition];
      if (places?.[offset] === 0) left -= 1;
      else twice[partition]?.push(BigInt(offset));
      if (places !== undefined) places[offset] = 1;
    }
  }
  await consumer.close();
  await log.close();
  return { missing: left, wrong: wrong.slice(0, 10), twice };
}

async function readsOf(root: string): Promise<readonly PartitionRead[]> {
  const store = createFolderObjectStore(root);
  const reads: PartitionRead[] = [];
  for await (const name of listReadRecords(store, 'exchange_trades')) reads.push(...(await readReadRecord(store, name)).partitions);
  return reads;
}

function unionOf(
  reads: readonly PartitionRead[],
  partition: number,
  of: (read: PartitionRead) => readonly (readonly string[])[],
): OffsetRanges {
  return unionRanges(...reads.filter((read) => read.partition === partition).map((read) => rangesOfTexts(of(read))));
}
