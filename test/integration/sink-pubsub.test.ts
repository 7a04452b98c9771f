/** Two sinks on Pub/Sub by its emulator: every offset is in one committed batch, though messages are published twice and one sink gives its own back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { openPubsubMessageBus } from '../../core/adapters/pubsub/pubsub-message-bus.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import { runSink } from '../../streaming/sink/run-sink.ts';
import { failingStore } from '../../streaming/sink/test-support/failing-store.ts';
import { committedRows, placed } from '../../streaming/sink/test-support/published.ts';
import { sinkOptions } from '../../streaming/sink/test-support/sink-in-test.ts';
import { PUBSUB_EMULATOR, startPubsubEmulator, type PubsubEmulator } from '../servers/pubsub-emulator.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { TRADES } from '../support/sink-process-options.ts';

const MESSAGES = 600;
/** Longer than a subscription's deadline for an acknowledgement. */
const DRAIN_SECONDS = 20;

serverOrSkip(PUBSUB_EMULATOR, 'sinks on Pub/Sub', () => {
  let emulator: PubsubEmulator;
  const open = (): MessageBus =>
    openPubsubMessageBus({ project: 'markets-test', apiEndpoint: `http://${emulator.host}`, times: { publishMs: 20_000 } });
  beforeAll(async () => {
    emulator = await startPubsubEmulator();
  });
  afterAll(async () => {
    await emulator.stop();
  });

  test('commit every offset once', async () => {
    const bus = open();
    for (const topic of [TRADES.topic, TRADES.deadLetterTopic]) {
      await bus.createTopic(topic);
      await bus.createSubscription(`${topic}-sink`, topic);
    }
    const [good, bad] = [await bus.publisher(TRADES.topic), await bus.publisher(TRADES.deadLetterTopic)];
    const sent = Array.from({ length: MESSAGES }, async (_, index) => {
      const publisher = index % 7 === 0 ? bad : good;
      for (let again = index % 5 === 0 ? 2 : 1; again > 0; again -= 1) await publisher.publish(placed(index % 3, index));
    });
    await Promise.all(sent);
    const store = createMemoryObjectStore();
    let writes = 0;
    // In turns a write fails behind what it did: the sink gives its batch back and begins anew.
    const failing = failingStore(store, () => (writes++ % 4 === 3 ? 0.6 : 1), 0.9);
    const limits = { batchSeconds: 0.3, batchMessages: 70, batchBytes: 1_000_000, shutdownSeconds: 10 };
    const sinks = [store, failing].map(async (each, index) => {
      const own = open();
      const writer = `20260302T100000-0000000${index}`;
      const { sources } = await runSink(sinkOptions({ bus: own, store: each, writer, limits, restartMs: 50, untilIdleSeconds: 8 })).ended;
      await own.close();
      return sources.map(({ error }) => error);
    });
    expect((await Promise.all(sinks)).flat()).toEqual([null, null]);
    // What a sink that failed held comes again by its deadline at the latest (10 s), when these two may have ended as idle: a third one takes the rest.
    const last = open();
    const drain = runSink(sinkOptions({ bus: last, store, writer: '20260302T110000-00000009', limits, untilIdleSeconds: DRAIN_SECONDS }));
    expect((await drain.ended).sources.map(({ error }) => error)).toEqual([null]);
    await last.close();
    const rows = await committedRows(store);
    const offsets = rows.map(({ attributes }) => Number(attributes['kafka_offset'])).toSorted((a, b) => a - b);
    expect(offsets).toEqual(Array.from({ length: MESSAGES }, (_, index) => index));
    await bus.close();
  });
});
