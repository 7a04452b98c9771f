/** Whole runs on the embedded bus: restarts, another process at the same partition, what is published. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openEmbeddedMessageLog, type EmbeddedMessageLog } from '../../core/adapters/embedded-bus/embedded-message-log.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import { candleManifestName } from '../../core/stream/object-names.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { CANDLE_LIMITS, type CandleParts } from './candle-parts.ts';
import { SourceCandles } from './run-candles.ts';
import { batchCandles } from './test-support/batch-candles.ts';
import { manifestsOf, newestCandles } from './test-support/newest-candles.ts';
import { arrivedTrades, type ArrivedTrade } from './test-support/random-trades.ts';
import { storedForm, tradeMessage } from './test-support/trade-messages.ts';
import { tradeSpec } from './test-support/trade-spec.ts';

const TOPIC = 'test.ticks';
const CANDLES_TOPIC = 'stream-test-ticks-candles';
const PARTITIONS = 2;
const MIX = { trades: 2000, instruments: 4, seconds: 100, disorderSeconds: 5, scale: 9, startSecond: 1_700_000_040 };

let folder: string;
let log: EmbeddedMessageLog;
let bus: MessageBus;
const logger = createLogger({ level: 'error' });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'run-candles-'));
  log = openEmbeddedMessageLog({ folder: join(folder, 'log'), times: { heartbeatMs: 50, sessionMs: 2000 } });
  bus = openEmbeddedMessageBus({ folder: join(folder, 'bus'), times: { heartbeatMs: 50, sessionMs: 2000 } });
  await log.createTopic(TOPIC, PARTITIONS);
  await bus.createTopic(CANDLES_TOPIC);
});
afterEach(async () => {
  await bus.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function parts(store: CandleParts['store'], writer: string, changes: Partial<CandleParts> = {}): CandleParts {
  return {
    log,
    bus,
    store,
    spec: tradeSpec(),
    time: SYSTEM_TIME,
    logger,
    limits: { ...CANDLE_LIMITS, commitMs: 20, provisionalMs: 100_000 },
    gapBars: false,
    writer,
    group: 'candles',
    scratch: folder,
    ...changes,
  };
}

/** Trades of one instrument stand in one partition, in the order of their arrival. */
async function send(trades: readonly ArrivedTrade[]): Promise<void> {
  await log.append(
    trades.map((trade) => ({ topic: TOPIC, partition: Number(trade.instrument.slice(1)) % PARTITIONS, value: tradeMessage(trade) })),
  );
}

const untilIdle = (milliseconds: number): { untilIdleMs: number; signal: AbortSignal } => ({
  untilIdleMs: milliseconds,
  signal: new AbortController().signal,
});

describe('a run', () => {
  it('is stopped and started again and again, and every candle is the batch’s, told once a revision', async () => {
    const store = createMemoryObjectStore();
    const trades = arrivedTrades(7, MIX);
    for (let from = 0, run = 0; from < trades.length; from += 500, run += 1) {
      await send(trades.slice(from, from + 500));
      // The last one tells what still forms.
      const isLast = from + 500 >= trades.length;
      const source = new SourceCandles(parts(store, `writer-${run}`));
      const stop = new AbortController();
      const ended = source.run({ untilIdleMs: isLast ? 300 : null, signal: stop.signal });
      if (!isLast) {
        while (source.status.messages < 500) await sleep(10);
        stop.abort();
      }
      await ended;
    }
    const found = await newestCandles(store, 'test_ticks', PARTITIONS);
    const plain = new Map([...found].map(([name, { values, count }]) => [name, { values, count }]));
    expect(plain).toEqual(storedForm(batchCandles(trades)));
  });

  it('publishes each revision that it commits, and again what a crash left in doubt', async () => {
    const store = createMemoryObjectStore();
    await bus.createSubscription('all', CANDLES_TOPIC);
    await send(arrivedTrades(8, { ...MIX, trades: 500 }));
    await new SourceCandles(parts(store, 'w1')).run(untilIdle(300));
    const manifests = [...(await manifestsOf(store, 'test_ticks', 0)), ...(await manifestsOf(store, 'test_ticks', 1))];
    const rows = manifests.flatMap((manifest) => manifest.parts).reduce((sum, part) => sum + part.rows, 0);
    // The last commit's candles are in its state as not published yet, so that they come again: the same revisions.
    await new SourceCandles(parts(store, 'w2')).run(untilIdle(300));
    const seen: string[] = [];
    const subscription = await bus.subscription('all', { heldMessagesMax: 10_000, heldBytesMax: 1e8 });
    while (new Set(seen).size < rows) {
      for (const message of await subscription.next(AbortSignal.timeout(5000))) {
        const { window_size, window_start, revision } = message.attributes;
        const { instrument_id } = JSON.parse(Buffer.from(message.data).toString()) as { instrument_id: string };
        seen.push([instrument_id, window_size, window_start, revision].join(' '));
        message.acknowledge();
      }
    }
    await subscription.close();
    expect(new Set(seen).size).toBe(rows);
  });

  it('leaves no timer behind that would keep a process alive which has nothing more to do', async () => {
    await send(arrivedTrades(8, { ...MIX, trades: 100 }));
    let running = 0;
    const time = {
      nowMs: Date.now,
      wait: async (milliseconds: number, signal: AbortSignal) => {
        running += 1;
        await SYSTEM_TIME.wait(milliseconds, signal);
        running -= 1;
      },
    };
    await new SourceCandles({ ...parts(createMemoryObjectStore(), 'w1'), time }).run(untilIdle(300));
    await sleep(0);
    expect(running).toBe(0);
  });

  it('cannot commit what another process has committed, joins anew and goes on from there', async () => {
    const store = createMemoryObjectStore();
    const trades = arrivedTrades(9, MIX).filter(({ instrument }) => Number(instrument.slice(1)) % PARTITIONS === 0);
    await send(trades.slice(0, 300));
    // Another group: the log lets both read, as it would a process that does not know yet that it was declared dead.
    const zombie = new SourceCandles(parts(store, 'zombie', { group: 'other' }));
    const stop = new AbortController();
    const ended = zombie.run({ untilIdleMs: null, signal: stop.signal });
    while (zombie.status.commits < 1 || zombie.status.messages < 300) await sleep(10);
    await new SourceCandles(parts(store, 'owner')).run(untilIdle(200));
    await send(trades.slice(300, 600));
    await new SourceCandles(parts(store, 'owner-2')).run(untilIdle(300));
    while (zombie.status.messages < 600) await sleep(10);
    await sleep(100);
    stop.abort();
    await ended;
    await send(trades.slice(600));
    await new SourceCandles(parts(store, 'owner-3')).run(untilIdle(300));
    const found = await newestCandles(store, 'test_ticks', PARTITIONS);
    const plain = new Map([...found].map(([name, { values, count }]) => [name, { values, count }]));
    expect(plain).toEqual(storedForm(batchCandles(trades)));
  });

  it('counts refused messages and good ones that are no trades, and goes past them', async () => {
    const store = createMemoryObjectStore();
    const [first] = arrivedTrades(10, { ...MIX, trades: 1 });
    await send(first === undefined ? [] : [first]);
    await log.append([
      { topic: TOPIC, partition: 0, value: Buffer.from('{"trade_id": 1') },
      { topic: TOPIC, partition: 0, value: null },
    ]);
    await new SourceCandles(parts(store, 'w')).run(untilIdle(200));
    expect((await manifestsOf(store, 'test_ticks', 0)).at(-1)?.counts).toMatchObject({ refused: 1, other: 1 });
  });

  it('ends with STREAM_STATE where the state is not what its manifest says', async () => {
    const store = createMemoryObjectStore();
    await send(arrivedTrades(11, { ...MIX, trades: 50 }));
    await new SourceCandles(parts(store, 'w')).run(untilIdle(200));
    const manifest = (await manifestsOf(store, 'test_ticks', 0)).at(-1);
    await store.write(manifest?.state.object ?? '', Buffer.from('changed'), { overwrite: true });
    expect(await store.stat(candleManifestName('test_ticks', 0, 1))).toBeDefined();
    await expect(new SourceCandles(parts(store, 'w2')).run(untilIdle(200))).rejects.toMatchObject({ code: 'STREAM_STATE' });
  });
});
