/**
 * How long a message takes from the log into the warehouse: produced on the embedded log, judged by `markets bridge`, written by `markets sink`, each a process
 * of its own with the batches of the configuration, until the manifest that names its offset is there. Called by `make bench`, or alone:
 * node bench/stream-latency.ts [--seconds 90] [--rate 500].
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFolderObjectStore } from '../core/adapters/folder-object-store/folder-object-store.ts';
import { openEmbeddedMessageLog } from '../core/adapters/embedded-bus/embedded-message-log.ts';
import type { NewLogMessage } from '../core/ports/message-log.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { offsetsOf } from '../core/stream/batch-manifest.ts';
import { listBatches } from '../core/stream/list-batches.ts';
import { batchName } from '../core/stream/object-names.ts';

const SOURCE = 'exchange_trades';
const TOPIC = 'exchange.trades';
const PARTITIONS = 4;
const TICK_MS = 20;
/** A program that does not say within this time that it is ready never does. */
const READY_MS_MAX = 60_000;
/** Behind the last message: a batch, and then some. */
const DRAIN_MS = 45_000;
const MARKETS = fileURLToPath(new URL('../bin/markets', import.meta.url));

export interface StreamLatency {
  readonly messages: number;
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly maxSeconds: number;
  readonly batches: number;
}

export async function measureStreamLatency({ seconds, rate }: { readonly seconds: number; readonly rate: number }): Promise<StreamLatency> {
  const root = await mkdtemp(join(tmpdir(), 'stream-latency-'));
  const programs = ['bridge', 'sink'].map((name) => start(root, name));
  try {
    await wait(4000);
    const sentAtMs = await produce(join(root, 'bus', 'log'), seconds, rate);
    await wait(DRAIN_MS);
    return await latencyOf(createFolderObjectStore(root), sentAtMs);
  } finally {
    await Promise.all(programs.map(stop));
    await rm(root, { recursive: true, force: true });
  }
}

function start(root: string, name: string): ChildProcess {
  return spawn(MARKETS, ['--root', root, name, '--source', SOURCE, '--without-metrics'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return;
  const ended = new Promise((resolve) => program.once('close', resolve));
  program.kill('SIGTERM');
  await Promise.race([ended, wait(READY_MS_MAX).then(() => program.kill('SIGKILL'))]);
}

/** Gives, by partition, when the message of each offset was handed to the log. */
async function produce(folder: string, seconds: number, rate: number): Promise<readonly (readonly number[])[]> {
  const log = openEmbeddedMessageLog({ folder });
  await log.createTopic(TOPIC, PARTITIONS);
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
  await log.close();
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
async function latencyOf(store: ObjectStore, sentAtMs: readonly (readonly number[])[]): Promise<StreamLatency> {
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
  const at = (share: number): number => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1000;
  return { messages: sent, p50Seconds: at(0.5), p99Seconds: at(0.99), maxSeconds: at(1), batches };
}

export function streamLatencyTable({ messages, batches, p50Seconds, p99Seconds, maxSeconds }: StreamLatency): string[] {
  return [
    '| log and bus | messages | batches | p50 s | p99 s | most s |',
    '|---|---|---|---|---|---|',
    `| embedded | ${messages} | ${batches} | ${p50Seconds.toFixed(1)} | ${p99Seconds.toFixed(1)} | ${maxSeconds.toFixed(1)} |`,
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '90' }, rate: { type: 'string', default: '500' } } });
  const table = streamLatencyTable(await measureStreamLatency({ seconds: Number(values.seconds), rate: Number(values.rate) }));
  for (const line of table) process.stdout.write(`${line}\n`);
}
