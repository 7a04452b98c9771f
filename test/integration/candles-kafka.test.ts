/**
 * Live candles on a real Kafka: two processes share the partitions, one joins, one is killed, one starts again. Every candle is what the batch makes of the same
 * trades, and of each window the revisions come one after the other, so that none is lost and none is told twice.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { LogProducer } from '../../core/ports/message-log.ts';
import { newestCandleManifest } from '../../core/stream/candle-manifest.ts';
import { batchCandles } from '../../streaming/candles/test-support/batch-candles.ts';
import { manifestsOf, newestCandles } from '../../streaming/candles/test-support/newest-candles.ts';
import { arrivedTrades, type ArrivedTrade } from '../../streaming/candles/test-support/random-trades.ts';
import { storedForm, tradeMessage } from '../../streaming/candles/test-support/trade-messages.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { BRIDGE_TIMES } from '../support/bridge-process-options.ts';
import type { CandlesProcessOptions, CandlesProgress } from '../support/candles-process-options.ts';
import { HOME } from '../support/command-line.ts';

const TOPIC = 'test.ticks';
const CANDLES_TOPIC = 'stream-test-ticks-candles';
const PARTITIONS = 4;
const MIX = { trades: 8000, instruments: 8, seconds: 150, disorderSeconds: 5, scale: 9, startSecond: 1_700_000_040 };
const TIMEOUT_MS = 240_000;
const LOOK_MS = 20;
const LOOKS_MAX = 4000;

interface Candles {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  progress: CandlesProgress;
}

serverOrSkip(KAFKA, 'live candles on a real Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candles-kafka-'));
  const paths = { bus: join(folder, 'bus'), root: join(folder, 'root'), scratch: join(folder, 'scratch') };
  const store = createFolderObjectStore(paths.root);
  const running = new Set<Candles>();
  let kafka: KafkaServer | undefined;
  beforeAll(async () => {
    mkdirSync(paths.scratch);
    kafka = await startKafka({ properties: { 'group.min.session.timeout.ms': '500' } });
  });
  afterAll(async () => {
    for (const { process } of running) process.kill('SIGKILL');
    await kafka?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(writer: string, untilIdleMs: number | null = null): Candles {
    const options: CandlesProcessOptions = { broker: kafka?.broker ?? '', ...paths, writer, untilIdleMs };
    const child = spawn(process.execPath, [join(HOME, 'test/support/candles-process.ts'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const candles: Candles = { process: child, progress: { messages: 0, commits: 0, partitions: [] } };
    createInterface({ input: child.stdout }).on('line', (line) => {
      candles.progress = JSON.parse(line) as CandlesProgress;
    });
    running.add(candles);
    child.once('exit', () => running.delete(candles));
    return candles;
  }

  test('are the batch’s to the last digit, while processes join, are killed and start again', { timeout: TIMEOUT_MS }, async () => {
    const trades = arrivedTrades(23, MIX);
    const [first = [], second = [], third = [], last = []] = quarters(trades);
    const bus = openEmbeddedMessageBus({ folder: paths.bus });
    await bus.createTopic(CANDLES_TOPIC);
    const log = openKafkaMessageLog({ brokers: [kafka?.broker ?? ''], tls: null, sasl: null, times: BRIDGE_TIMES });
    await log.createTopic(TOPIC, PARTITIONS);
    const producer = await log.producer({ clientId: 'test' });

    const one = begin('one');
    await send(producer, first);
    await until(() => one.progress.messages === first.length && one.progress.commits > 0);
    const two = begin('two');
    await until(() => one.progress.partitions.length === 2 && two.progress.partitions.length === 2);
    // Killed between two commits, most likely: it has read what it has not committed.
    const before = one.progress.messages;
    await send(producer, second);
    await until(() => one.progress.messages > before);
    one.process.kill('SIGKILL');
    await until(() => two.progress.partitions.length === PARTITIONS);
    await send(producer, third);
    const three = begin('three');
    await until(() => three.progress.partitions.length === 2 && two.progress.partitions.length === 2);
    await send(producer, last);
    await until(async () => (await committed()) === trades.length);
    await Promise.all([end(two), end(three)]);
    // What still forms is told at the end.
    const ending = begin('four', 1000);
    await once(ending.process, 'exit');

    const found = await newestCandles(store, 'test_ticks', PARTITIONS);
    const plain = new Map([...found].map(([name, { values, count }]) => [name, { values, count }]));
    expect(plain).toEqual(storedForm(batchCandles(trades)));
    const writers = new Set<string>();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      for (const { writer } of await manifestsOf(store, 'test_ticks', partition)) writers.add(writer);
    }
    expect([...writers].sort()).toEqual(['four', 'one', 'three', 'two']);
    await producer.close();
    await log.close();
    await bus.close();
  });

  /** Messages below the positions of all partitions. */
  async function committed(): Promise<number> {
    let sum = 0;
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      sum += Number((await newestCandleManifest(store, 'test_ticks', partition))?.position ?? 0);
    }
    return sum;
  }
});

function quarters(trades: readonly ArrivedTrade[]): readonly (readonly ArrivedTrade[])[] {
  const size = Math.ceil(trades.length / 4);
  return [0, 1, 2, 3].map((quarter) => trades.slice(quarter * size, (quarter + 1) * size));
}

/** Trades of one instrument stand in one partition, in the order of their arrival. */
async function send(producer: LogProducer, trades: readonly ArrivedTrade[]): Promise<void> {
  await producer.send(
    trades.map((trade) => ({ topic: TOPIC, partition: Number(trade.instrument.slice(1)) % PARTITIONS, value: tradeMessage(trade) })),
  );
}

async function end({ process: child }: Candles): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await exit)[0]).toBe(0);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await holds()); looks += 1) {
    if (looks === LOOKS_MAX) throw new Error('what was waited for did not come');
    await wait(LOOK_MS);
  }
}
