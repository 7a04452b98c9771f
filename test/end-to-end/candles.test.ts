/** `markets candles` as processes: killed again and again while trades come, two at a time, ended by a signal; then every candle is the batch's. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedMessageLog, type EmbeddedMessageLog } from '../../core/adapters/embedded-bus/embedded-message-log.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { candlesPrefix } from '../../core/stream/object-names.ts';
import { batchCandles } from '../../streaming/candles/test-support/batch-candles.ts';
import { manifestsOf, newestCandles } from '../../streaming/candles/test-support/newest-candles.ts';
import { arrivedTrades, type ArrivedTrade } from '../../streaming/candles/test-support/random-trades.ts';
import { storedForm, tradeMessage } from '../../streaming/candles/test-support/trade-messages.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/markets', import.meta.url));
const SOURCE = 'exchange_trades';
const TOPIC = 'exchange.trades';
const PARTITIONS = 4;
const KILLS = 4;
const COMMIT_MS_MAX = 60_000;
/** A killed member is missed after the embedded bus's session time. */
const IDLE_SECONDS = 12;

let root: string;
let log: EmbeddedMessageLog;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'candles-'));
  log = openEmbeddedMessageLog({ folder: join(root, 'bus', 'log') });
  await log.createTopic(TOPIC, PARTITIONS);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await log.close();
  rmSync(root, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly errors: () => string;
}

function start(...words: readonly string[]): Running {
  const child = spawn(LAUNCHER, ['--root', root, 'candles', '--source', SOURCE, '--without-metrics', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended, errors: () => errors };
}

async function send(trades: readonly ArrivedTrade[]): Promise<void> {
  await log.append(
    trades.map((trade) => ({ topic: TOPIC, partition: Number(trade.instrument.slice(1)) % PARTITIONS, value: tradeMessage(trade) })),
  );
}

async function commits(store: ObjectStore): Promise<number> {
  let count = 0;
  for await (const { name } of store.list(candlesPrefix(SOURCE))) if (name.endsWith('.json')) count += 1;
  return count;
}

describe('markets candles', () => {
  it('loses no candle and tells none twice, however often it is killed, and whoever goes on', async () => {
    const store = createFolderObjectStore(root);
    // Quantity 0 is refused by the spec.
    const trades = arrivedTrades(21, {
      trades: 6000,
      instruments: 8,
      seconds: 100,
      disorderSeconds: 5,
      scale: 9,
      startSecond: 1_700_000_040,
    }).filter(({ quantity, price }) => quantity > 0n && price > 0n);
    const part = Math.ceil(trades.length / (KILLS + 1));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await send(trades.slice(kill * part, (kill + 1) * part));
      const before = await commits(store);
      const running = start();
      // At its first commit of any partition: the others are before, in or behind theirs.
      for (let waitedMs = 0; waitedMs < COMMIT_MS_MAX && (await commits(store)) === before; waitedMs += 50) await sleep(50);
      running.child.kill('SIGKILL');
      await running.ended;
    }
    await send(trades.slice(KILLS * part));
    const pair = [start('--until-idle', String(IDLE_SECONDS)), start('--until-idle', String(IDLE_SECONDS))];
    for (const running of pair) expect(await running.ended, running.errors()).toBe(0);
    const found = await newestCandles(store, SOURCE, PARTITIONS);
    expect(new Map([...found].map(([name, { values, count }]) => [name, { values, count }]))).toEqual(storedForm(batchCandles(trades)));
    const chains = await Promise.all(
      Array.from({ length: PARTITIONS }, async (_, partition) => await manifestsOf(store, SOURCE, partition)),
    );
    expect(new Set(chains.flat().map(({ writer }) => writer)).size).toBeGreaterThan(2);
  });

  it('commits what it has read at SIGTERM and ends with 0 within a bound', async () => {
    const store = createFolderObjectStore(root);
    await send(arrivedTrades(22, { trades: 300, instruments: 4, seconds: 30, disorderSeconds: 2, scale: 9, startSecond: 1_700_000_040 }));
    const running = start('--show');
    for (let tries = 0; tries < 100 && (await manifestsOf(store, SOURCE, 0)).length === 0; tries += 1) await sleep(200);
    const startedMs = performance.now();
    running.child.kill('SIGTERM');
    expect(await running.ended, running.errors()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(running.errors()).toContain('watermark 2023-11-14T22:14:');
    expect((await manifestsOf(store, SOURCE, 0)).at(-1)?.counts.trades).toBeGreaterThan(0);
  });
});
