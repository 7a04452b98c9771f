import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { query } from '../../core/engine/test-support/duckdb-values.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { seededRandom, type Random } from '../../core/sample-data/random.ts';
import { batchName } from '../../core/stream/object-names.ts';
import { runSink, type SinkResult } from './run-sink.ts';
import { failingStore } from './test-support/failing-store.ts';
import { committedRows, manifestsOf, placed } from './test-support/published.ts';
import { createShakingBus, type ShakingBus } from './test-support/shaking-bus.ts';
import { sinkOptions } from './test-support/sink-in-test.ts';

const MESSAGES = 'stream-trades';
const DEAD_LETTERS = 'stream-trades-dead-letter';
const LIMITS = { batchSeconds: 0.02, batchMessages: 40, batchBytes: 1_000_000, shutdownSeconds: 10 };

/** 0 to 1. */
function fractionOf(random: Random): number {
  return random.integer(0, 1_000_000) / 1_000_000;
}

function createBus(seed: number): ShakingBus {
  const random = seededRandom(seed);
  return createShakingBus(() => fractionOf(random));
}

/** 3 partitions; a message in five is published twice, one in seven is a dead letter. */
function publish(bus: ShakingBus, count: number): string[] {
  const places: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const [partition, offset] = [index % 3, Math.floor(index / 3)];
    const topic = index % 7 === 0 ? DEAD_LETTERS : MESSAGES;
    bus.put(topic, index % 5 === 0 ? [placed(partition, offset), placed(partition, offset)] : [placed(partition, offset)]);
    places.push(`${partition}-${offset}`);
  }
  return places.toSorted();
}

async function placesOf(store: ObjectStore): Promise<string[]> {
  const rows = await committedRows(store);
  return rows.map(({ data }) => (JSON.parse(Buffer.from(data, 'base64').toString()) as { n: string }).n).toSorted();
}

function errorsOf({ sources }: SinkResult): unknown[] {
  return sources.map(({ error }) => error);
}

describe('a sink', () => {
  it('writes the envelope of good messages and dead letters as Parquet, in order of their places', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sink-'));
    try {
      const store = createFolderObjectStore(join(folder, 'root'));
      const bus = createBus(1);
      bus.put(MESSAGES, [placed(1, 7), placed(0, 9, { kafka_key: 'ü"' }), placed(0, 8)]);
      bus.put(DEAD_LETTERS, [placed(0, 10, { reason: 'refused', codes: 'JSON_SYNTAX' })]);
      expect(errorsOf(await runSink(sinkOptions({ bus, store, format: 'parquet', scratch: folder })).ended)).toEqual([null]);
      const manifests = await manifestsOf(store);
      const files = (kind: string): string =>
        manifests
          .flatMap(({ parts }) => parts.filter((part) => part.kind === kind).map(({ object }) => `'${store.localPath(object) ?? ''}'`))
          .join();
      const sql = (
        kind: string,
      ): string => `select subscription_name, message_id, epoch_us(publish_time)::varchar, decode(data), attributes->>'kafka_offset',
        attributes->>'kafka_key', attributes->>'reason' from read_parquet([${files(kind)}]) order by 2`;
      const time = '1772445600123456';
      expect(await query(sql('messages'))).toEqual([
        ['stream-trades-sink', '1', time, '{"n":"1-7"}', '7', null, null],
        ['stream-trades-sink', '2', time, '{"n":"0-9"}', '9', 'ü"', null],
        ['stream-trades-sink', '3', time, '{"n":"0-8"}', '8', null, null],
      ]);
      expect(await query(sql('dead_letters'))).toEqual([
        ['stream-trades-dead-letter-sink', '4', time, '{"n":"0-10"}', '10', null, 'refused'],
      ]);
      const [manifest] = manifests;
      expect(manifest?.parts[0]?.object).toMatch(
        /^staging\/trades\/stream=(messages|dead_letters)\/2026-03-02\/000000000001-20260302T100000-0000000a.parquet$/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('commits every offset once, however often and in whatever order it is delivered, while the store fails and sinks compete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 3 }), async (seed, sinks) => {
        const random = seededRandom(seed);
        const store = createMemoryObjectStore();
        const bus = createBus(seed + 1);
        const places = publish(bus, 300);
        const running = Array.from({ length: sinks }, async (_, index) => {
          const failing = failingStore(store, () => fractionOf(random), 0.2);
          const writer = `20260302T100000-0000000${index}`;
          return await runSink(sinkOptions({ bus, store: failing, writer, limits: LIMITS, restartMs: 1, untilIdleSeconds: 0.4 })).ended;
        });
        expect((await Promise.all(running)).flatMap(errorsOf)).toEqual(Array.from({ length: sinks }, () => null));
        expect(bus.left()).toBe(0);
        expect(await placesOf(store)).toEqual(places);
      }),
      { numRuns: 12 },
    );
  });

  it('starts from a checkpoint and the batches behind it, and takes nothing again', async () => {
    const store = createMemoryObjectStore();
    const bus = createBus(4);
    const limits = { ...LIMITS, batchMessages: 1 };
    const places = publish(bus, 520);
    await runSink(sinkOptions({ bus, store, limits })).ended;
    const checkpoints: string[] = [];
    for await (const { name } of store.list('control/streams/trades/batch-checkpoints/')) checkpoints.push(name.slice(-17));
    expect(checkpoints).toEqual(['000000000256.json', '000000000512.json']);
    const read: string[] = [];
    const watched: ObjectStore = { ...store, read: async (name, options) => (read.push(name), await store.read(name, options)) };
    publish(bus, 520);
    bus.put(MESSAGES, [placed(2, 5000)]);
    expect(errorsOf(await runSink(sinkOptions({ bus, store: watched, limits: { ...LIMITS, batchMessages: 2000 } })).ended)).toEqual([null]);
    expect(read.filter((name) => name === batchName('trades', 512) || name === batchName('trades', 1))).toEqual([]);
    expect(await placesOf(store)).toEqual([...places, '2-5000'].toSorted());
    expect(bus.left()).toBe(0);
  });

  it('keeps a message without a place among the dead letters, once by its identity', async () => {
    const store = createMemoryObjectStore();
    const bus = createBus(5);
    bus.put(MESSAGES, [
      { data: Buffer.from('?'), attributes: { kafka_topic: 'trades', kafka_partition: '0', kafka_offset: '-1' }, orderingKey: null },
    ]);
    await runSink(sinkOptions({ bus, store })).ended;
    await runSink(sinkOptions({ bus, store })).ended;
    expect(await committedRows(store)).toMatchObject([{ kind: 'dead_letters', attributes: { reason: 'unplaced', kafka_offset: '-1' } }]);
    expect((await manifestsOf(store)).map(({ unplaced }) => unplaced)).toEqual([['1']]);
  });

  it('commits what it has gathered when it is told to end', async () => {
    const store = createMemoryObjectStore();
    const bus = createBus(6);
    const places = publish(bus, 20);
    const ending = new AbortController();
    const limits = { ...LIMITS, batchSeconds: 3600 };
    const running = runSink(sinkOptions({ bus, store, limits, untilIdleSeconds: null, signal: ending.signal }));
    setTimeout(() => ending.abort(), 300);
    expect(errorsOf(await running.ended)).toEqual([null]);
    expect(await placesOf(store)).toEqual(places);
  });

  it('gives back what a store that hangs did not take in time', async () => {
    const memory = createMemoryObjectStore();
    const bus = createBus(7);
    publish(bus, 20);
    const ending = new AbortController();
    const store: ObjectStore = { ...memory, write: async () => await new Promise(() => undefined) };
    const limits = { batchSeconds: 0.05, batchMessages: 1000, batchBytes: 1_000_000, shutdownSeconds: 0.1 };
    const running = runSink(sinkOptions({ bus, store, limits, untilIdleSeconds: null, signal: ending.signal }));
    setTimeout(() => ending.abort(), 300);
    expect(errorsOf(await running.ended)).toEqual([null]);
    expect(bus.left()).toBe(24);
    expect(await manifestsOf(memory)).toEqual([]);
  });

  it('stops a source whose chain is broken, says which, and goes on with the others', async () => {
    const store = createMemoryObjectStore();
    const bus = createBus(8);
    await store.write(batchName('orders', 1), Buffer.from('{}'), { ifAbsent: true });
    publish(bus, 10);
    const sources = [
      { name: 'orders', topic: 'stream-orders', deadLetterTopic: 'stream-orders-dead-letter' },
      { name: 'trades', topic: MESSAGES, deadLetterTopic: DEAD_LETTERS },
    ];
    const running = runSink(sinkOptions({ bus, store, sources }));
    const { sources: results } = await running.ended;
    expect(results).toMatchObject([
      { source: 'orders', rows: 0, error: { code: 'STREAM_STATE' } },
      { source: 'trades', rows: 10, error: null },
    ]);
    expect(running.notReady()).toEqual(['orders']);
  });
});
