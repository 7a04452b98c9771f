import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessageBus, NewBusMessage } from '../../ports/message-bus.ts';
import { openEmbeddedMessageBus } from './embedded-message-bus.ts';
import { BUS_PARTITIONS } from './limits.ts';
import { partitionFolder } from './segment-files.ts';

const TOPIC = 'quotes';
let folder = '';
let bus: MessageBus;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'publisher-'));
  bus = openEmbeddedMessageBus({ folder });
  await bus.createTopic(TOPIC);
  await bus.createSubscription('all', TOPIC);
});
afterEach(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

const message = (text: string, orderingKey: string | null = null): NewBusMessage => ({
  data: Buffer.from(text),
  attributes: {},
  orderingKey,
});
const partitions = (): readonly string[] =>
  Array.from({ length: BUS_PARTITIONS }, (_, partition) => partitionFolder(folder, { topic: TOPIC, partition }));

test('what is gathered behind a message that failed fails with it, and what its sender sends anew keeps its order', async () => {
  const publisher = await bus.publisher(TOPIC);
  await publisher.publish(message('opens the partition', 'k'));
  // The first of a burst is sent at once.
  await publisher.flush();
  for (const each of partitions()) rmSync(each, { recursive: true });
  const first = publisher.publish(message('first', 'k'));
  const sent = publisher.flush();
  const behind = publisher.publish(message('second', 'k'));
  const outcomes = Promise.allSettled([first, behind]);
  await sent;
  for (const each of partitions()) mkdirSync(each, { recursive: true });
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(publisher.publish(message('third', 'k'))).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
  publisher.resume('k');
  await Promise.all(['first', 'second'].map(async (text) => await publisher.publish(message(text, 'k'))));
  const subscription = await bus.subscription('all', { heldMessagesMax: 10, heldBytesMax: 1000 });
  const texts: string[] = [];
  while (texts.length < 2) {
    for (const each of await subscription.next(AbortSignal.timeout(5000))) {
      texts.push(Buffer.from(each.data).toString());
      each.acknowledge();
    }
  }
  expect(texts).toEqual(['first', 'second']);
  await subscription.close();
});

test('messages that are published one after another are gathered, and flush sends them at once', async () => {
  const publisher = await bus.publisher(TOPIC);
  const ids: Promise<string>[] = [];
  for (let index = 0; index < 50; index++) {
    ids.push(publisher.publish(message(String(index), 'k')));
    await setImmediate();
  }
  await publisher.flush();
  expect(new Set(await Promise.all(ids)).size).toBe(50);
});
