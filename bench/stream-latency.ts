/**
 * How long a message takes from the log into the warehouse: produced on the log, judged by `markets bridge`, written by `markets sink`, each a process
 * of its own with the batches of the configuration, until the manifest that names its offset is there; with the embedded bus, or with a real Kafka and the emulator of
 * Pub/Sub. Called by `make bench`, or alone: node bench/stream-latency.ts [--seconds 90] [--rate 500] [--servers].
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { createFolderObjectStore } from '../core/adapters/folder-object-store/folder-object-store.ts';
import { openEmbeddedMessageLog } from '../core/adapters/embedded-bus/embedded-message-log.ts';
import { openKafkaMessageLog } from '../core/adapters/kafka/kafka-message-log.ts';
import type { MessageLog, NewLogMessage } from '../core/ports/message-log.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { offsetsOf } from '../core/stream/batch-manifest.ts';
import { listBatches } from '../core/stream/list-batches.ts';
import { batchName } from '../core/stream/object-names.ts';
import { KAFKA, startKafka } from '../test/servers/kafka.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator } from '../test/servers/pubsub-emulator.ts';
import { quantile } from './figures.ts';

const SOURCE = 'exchange_trades';
const TOPIC = 'exchange.trades';
const PARTITIONS = 4;
const TICK_MS = 20;
/** Until both programs read: the messages of the first seconds would else be measured with their start. */
const STARTED_MS = 8000;
/** A program that does not say within this time that it is ready never does. */
const READY_MS_MAX = 60_000;
/** Behind the last message: a batch, and then some. */
const DRAIN_MS = 45_000;
const MARKETS = fileURLToPath(new URL('../bin/markets', import.meta.url));
const CONFIG = fileURLToPath(new URL('../config', import.meta.url));

export interface StreamLatency {
  readonly servers: string;
  readonly messages: number;
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly maxSeconds: number;
  readonly batches: number;
}

export interface StreamLoad {
  readonly seconds: number;
  /** Messages a second. */
  readonly rate: number;
  /** A real Kafka and the emulator of Pub/Sub instead of the embedded bus. */
  readonly withServers?: boolean;
}

/** What a measure runs on. */
interface Ground {
  readonly name: string;
  readonly config: string;
  openLog(): MessageLog;
  close(): Promise<void>;
}

export async function measureStreamLatency({ seconds, rate, withServers = false }: StreamLoad): Promise<StreamLatency> {
  const root = await mkdtemp(join(tmpdir(), 'stream-latency-'));
  const ground = withServers ? await serversGround(root) : embeddedGround(root);
  const log = ground.openLog();
  const programs: ChildProcess[] = [];
  try {
    await log.createTopic(TOPIC, PARTITIONS);
    for (const name of ['bridge', 'sink']) programs.push(start(root, ground.config, name));
    await wait(STARTED_MS);
    const sentAtMs = await produce(log, seconds, rate);
    await wait(DRAIN_MS);
    return { servers: ground.name, ...(await latencyOf(createFolderObjectStore(root), sentAtMs)) };
  } finally {
    await Promise.all(programs.map(stop));
    await log.close();
    await ground.close();
    await rm(root, { recursive: true, force: true });
  }
}

function embeddedGround(root: string): Ground {
  const openLog = (): MessageLog => openEmbeddedMessageLog({ folder: join(root, 'bus', 'log') });
  return { name: 'embedded', config: CONFIG, openLog, close: async () => await Promise.resolve() };
}

async function serversGround(root: string): Promise<Ground> {
  const kafka = await startKafka();
  const emulator = await startPubsubEmulator();
  const config = join(root, 'config');
  await cp(CONFIG, config, { recursive: true });
  const file = join(config, 'local.yaml');
  const document = parseDocument(await readFile(file, 'utf8'));
  document.setIn(['streaming', 'log', 'kind'], 'kafka');
  document.setIn(['streaming', 'log', 'brokers'], [kafka.broker]);
  document.setIn(['streaming', 'bus', 'kind'], 'pubsub');
  document.setIn(['streaming', 'bus', 'project'], 'markets-bench');
  document.setIn(['streaming', 'bus', 'api_endpoint'], `http://${emulator.host}`);
  await writeFile(file, document.toString());
  return {
    name: 'Kafka, Pub/Sub emulator',
    config,
    openLog: () => openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null }),
    async close() {
      await emulator.stop();
      await kafka.remove();
    },
  };
}

function start(root: string, config: string, name: string): ChildProcess {
  return spawn(MARKETS, ['--root', root, '--config', config, name, '--source', SOURCE, '--without-metrics'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, METADATA_SERVER_DETECTION: 'none' },
  });
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return;
  const ended = new Promise((resolve) => program.once('close', resolve));
  program.kill('SIGTERM');
  await Promise.race([ended, wait(READY_MS_MAX).then(() => program.kill('SIGKILL'))]);
}

/** Gives, by partition, when the message of each offset was handed to the log. */
async function produce(log: MessageLog, seconds: number, rate: number): Promise<readonly (readonly number[])[]> {
  const producer = await log.producer({ clientId: 'bench' });
  const sentAtMs: number[][] = Array.from({ length: PARTITIONS }, () => []);
  const begin = performance.now();
  let count = 0;
  for (;;) {
    const elapsed = performance.now() - begin;
    const due = Math.min(Math.floor((elapsed / 1000) * rate), seconds * rate);
    const messages: NewLogMessage[] = [];
    for (; count < due; count += 1) {
      sentAtMs[count % PARTITIONS]?.push(Date.now());
      messages.push({ topic: TOPIC, partition: count % PARTITIONS, value: trade(count) });
    }
    if (messages.length > 0) await producer.send(messages);
    if (count >= seconds * rate) break;
    await wait(TICK_MS);
  }
  await producer.close();
  return sentAtMs;
}

function trade(count: number): Buffer {
  const instrument = `INSTR${count % PARTITIONS}`;
  return Buffer.from(
    JSON.stringify({
      trade_id: `T${count}`,
      instrument,
      price: `${100 + (count % 50)}.25`,
      quantity: '10',
      side: count % 2 === 0 ? 'BUY' : 'SELL',
      trade_time: new Date().toISOString(),
      sequence: Math.floor(count / PARTITIONS) + 1,
      session: 'S1',
    }),
  );
}

/** A message is visible when the manifest that names its offset is, by the store's clock, which is this machine's. */
async function latencyOf(store: ObjectStore, sentAtMs: readonly (readonly number[])[]): Promise<Omit<StreamLatency, 'servers'>> {
  const latencies: number[] = [];
  let batches = 0;
  for await (const { manifest } of listBatches(store, SOURCE, { after: 0, limit: 100_000 })) {
    const stat = await store.stat(batchName(SOURCE, manifest.seq));
    batches += 1;
    for (const { partition, ranges } of offsetsOf(manifest)) {
      for (const [first, last] of ranges) {
        for (let offset = first; offset <= last; offset += 1n) {
          latencies.push((stat?.updatedAtMs ?? Number.NaN) - (sentAtMs[partition]?.[Number(offset)] ?? Number.NaN));
        }
      }
    }
  }
  const sent = sentAtMs.reduce((sum, { length }) => sum + length, 0);
  if (latencies.length !== sent) throw new Error(`expected ${sent} messages in batches, found ${latencies.length}`);
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number): number => quantile(sorted, share) / 1000;
  return { messages: sent, p50Seconds: at(0.5), p99Seconds: at(0.99), maxSeconds: at(1), batches };
}

export function streamLatencyTable(measures: readonly StreamLatency[]): string[] {
  return [
    '| log and bus | messages | batches | p50 s | p99 s | most s |',
    '|---|---|---|---|---|---|',
    ...measures.map(
      ({ servers, messages, batches, p50Seconds, p99Seconds, maxSeconds }) =>
        `| ${servers} | ${messages} | ${batches} | ${p50Seconds.toFixed(1)} | ${p99Seconds.toFixed(1)} | ${maxSeconds.toFixed(1)} |`,
    ),
  ];
}

/** On the embedded bus, and with servers where they can be had. */
export async function measureStreamLatencies(load: Omit<StreamLoad, 'withServers'>): Promise<readonly StreamLatency[]> {
  const measures = [await measureStreamLatency(load)];
  const hasServers = [KAFKA, PUBSUB_EMULATOR].every((tool) => tool.find() !== undefined);
  if (hasServers) measures.push(await measureStreamLatency({ ...load, withServers: true }));
  return measures;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = {
    seconds: { type: 'string', default: '90' },
    rate: { type: 'string', default: '500' },
    servers: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  const load = { seconds: Number(values.seconds), rate: Number(values.rate), withServers: values.servers === true };
  for (const line of streamLatencyTable([await measureStreamLatency(load)])) process.stdout.write(`${line}\n`);
}
