/** Many messages through processes that are killed, on a broker that is killed, to a bus that goes away: the truth of the generator is what arrives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { MessageLog, NewLogMessage } from '../../core/ports/message-log.ts';
import { countOffsets, rangesOfTexts, unionRanges, type OffsetRanges } from '../../core/stream/offset-ranges.ts';
import { listReadRecords, readReadRecord, type PartitionRead } from '../../core/stream/read-record.ts';
import { createSimulation } from '../../streaming/simulate/index.ts';
import { startCuttingProxy, type CuttingProxy } from '../servers/cutting-proxy.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../servers/pubsub-emulator.ts';
import { serverOrSkip, type ServerTool } from '../servers/server-tool.ts';
import { BRIDGE_TIMES, exchangeTrades, PROJECT, type BridgeProcessOptions } from '../support/bridge-process-options.ts';
import { HOME } from '../support/command-line.ts';

/** The emulator keeps all that it ever had in memory: at about 600,000 messages with these attributes its 6 GB of heap are full, and it takes a hundredth of its rate. */
const MESSAGES = 100_000;
const CORRUPT = 0.05;
const PARTITIONS = 6;
const SEND_AT_A_TIME = 10_000;
const AWAY_MS = 30_000;
/** So many messages a process does before it is killed. */
const LIVES = [1, 9000, 1500, 6000, 4000, 11_000, 500, 7000, 3000, 8000] as const;
/** Before the life of that number, beside its killing: */
const BROKER_KILLED = [2, 6];
const BUS_AWAY = 4;
const SECOND_BRIDGE = 7;
const PULL_MESSAGES = 1000;
const EMPTY_PULLS = 3;
const TIMEOUT_MS = 900_000;

type Bridge = ChildProcess & { readonly stdout: Readable };
/** By partition and offset: the codes that a dead letter must have, '' for a good message. */
type Expected = readonly string[][];

/** The other server of Pub/Sub gives some hundred messages a second. */
const EMULATOR: ServerTool = {
  name: 'the Pub/Sub emulator',
  needs: 'a Google Cloud SDK with Java',
  find: () => (PUBSUB_EMULATOR.find()?.endsWith('.jar') === true ? PUBSUB_EMULATOR.find() : undefined),
};

serverOrSkip([KAFKA, EMULATOR], 'the bridge between Kafka and Pub/Sub', () => {
  const root = mkdtempSync(join(tmpdir(), 'bridge-chaos-'));
  const log = openSync(join(root, 'bridges.log'), 'a');
  const bridges = new Set<Bridge>();
  let kafka: KafkaServer | undefined;
  let emulator: PubsubEmulator | undefined;
  let proxy: CuttingProxy | undefined;
  let starts = 0;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { 'group.min.session.timeout.ms': '500' } });
    emulator = await startPubsubEmulator();
    const [host = '', port = ''] = emulator.host.split(':');
    proxy = await startCuttingProxy({ host, port: Number(port) });
  });
  afterAll(async () => {
    for (const bridge of bridges) bridge.kill('SIGKILL');
    await kafka?.remove();
    await proxy?.close();
    await emulator?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function begin(untilIdleSeconds: number | null = null): Bridge {
    starts += 1;
    const writer = `20230130T060000-${String(starts).padStart(8, '0')}`;
    const options: BridgeProcessOptions = { broker: kafka?.broker ?? '', bus: `127.0.0.1:${proxy?.port}`, root, writer, untilIdleSeconds };
    const child = spawn(process.execPath, [join(HOME, 'test/support/bridge-process.ts'), JSON.stringify(options)], {
      // What it logs is read by whoever looks into a test that fails.
      stdio: ['ignore', 'pipe', log],
    });
    const bridge: Bridge = Object.assign(child, { stdout: child.stdout as Readable });
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
    const topics = [stream.pubsub_topic, stream.dead_letter_topic];
    const pubsub = emulator?.host ?? '';
    await createTopics(pubsub, topics);
    const log = openKafkaMessageLog({ brokers: [kafka?.broker ?? ''], tls: null, sasl: null, times: BRIDGE_TIMES });
    await log.createTopic(stream.kafka_topic, PARTITIONS);
    const sending = sendAll(log, stream.kafka_topic);
    for (const [life, messages] of LIVES.entries()) {
      const bridge = begin();
      if (life === BUS_AWAY) {
        await done(bridge, 1);
        proxy?.stall();
        await wait(AWAY_MS);
        proxy?.cutConnections();
        proxy?.flow();
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
    const arrived = compare(await count(pubsub, topics), expected);
    expect(arrived.missing).toBe(0);
    expect(arrived.wrong).toEqual([]);
    expect(new Set(expected.flat()).size).toBeGreaterThan(6);
    expect(Math.abs(expected.flat().filter((codes) => codes !== '').length - MESSAGES * CORRUPT)).toBeLessThan(MESSAGES / 200);
    const reads = await readsOf(root);
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

/** What came from one offset: the codes, and by how many messages of the bus; one that is delivered again counts once. */
interface Place {
  readonly codes: string;
  readonly messageIds: Set<string>;
}
type Places = readonly Map<bigint, Place>[];

/** Topics with a subscription each, made and read by the emulator's own HTTP interface: no client stands between what it has and what is counted. */
async function createTopics(host: string, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    await ask(host, 'PUT', `topics/${topic}`, {});
    await ask(host, 'PUT', `subscriptions/${topic}-count`, { topic: `projects/${PROJECT}/topics/${topic}`, ackDeadlineSeconds: 600 });
  }
}

async function ask(host: string, method: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`http://${host}/v1/projects/${PROJECT}/${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`expected an answer to ${method} ${path}, found ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

interface Pulled {
  readonly receivedMessages?: readonly {
    readonly ackId: string;
    readonly message: { readonly messageId: string; readonly attributes: Readonly<Record<string, string>> };
  }[];
}

/** Until nothing comes any more, a few times in a row. */
async function count(host: string, topics: readonly string[]): Promise<Places> {
  const places: Places = Array.from({ length: PARTITIONS }, () => new Map<bigint, Place>());
  for (const topic of topics) {
    for (let empty = 0; empty < EMPTY_PULLS;) {
      const { receivedMessages = [] } = (await ask(host, 'POST', `subscriptions/${topic}-count:pull`, {
        maxMessages: PULL_MESSAGES,
      })) as Pulled;
      empty = receivedMessages.length === 0 ? empty + 1 : 0;
      for (const { message } of receivedMessages) countOne(places, message.attributes, message.messageId);
      const ackIds = receivedMessages.map(({ ackId }) => ackId);
      if (ackIds.length > 0) await ask(host, 'POST', `subscriptions/${topic}-count:acknowledge`, { ackIds });
    }
  }
  return places;
}

function countOne(places: Places, attributes: Readonly<Record<string, string>>, messageId: string): void {
  const partition = places[Number(attributes['kafka_partition'])];
  const offset = BigInt(attributes['kafka_offset'] ?? '-1');
  const place = partition?.get(offset);
  if (place === undefined) partition?.set(offset, { codes: attributes['codes'] ?? '', messageIds: new Set([messageId]) });
  else place.messageIds.add(messageId);
}

interface Arrived {
  readonly missing: number;
  /** `partition/offset: found, not expected`. */
  readonly wrong: readonly string[];
  /** Offsets that were published more than once, by partition. */
  readonly twice: readonly bigint[][];
}

function compare(places: Places, expected: Expected): Arrived {
  const wrong: string[] = [];
  let missing = 0;
  expected.forEach((offsets, partition) =>
    offsets.forEach((codes, offset) => {
      const place = places[partition]?.get(BigInt(offset));
      if (place === undefined) missing += 1;
      else if (place.codes !== codes) wrong.push(`${partition}/${offset}: ${place.codes}, not ${codes}`);
    }),
  );
  const beyond = places.reduce((sum, { size }, partition) => sum + size - (expected[partition]?.length ?? 0), missing);
  if (beyond > 0) wrong.push(`${beyond} messages of no offset that was written`);
  const twice = places.map((partition) => [...partition].flatMap(([offset, { messageIds }]) => (messageIds.size > 1 ? [offset] : [])));
  return { missing, wrong: wrong.slice(0, 10), twice };
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
