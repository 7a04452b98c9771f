/** The bus and the log in a folder of this machine: done when durable, offered again when there is no room, kept as dead letters where they are no events. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedMessageBus } from '../../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openEmbeddedMessageLog } from '../../../core/adapters/embedded-bus/embedded-message-log.ts';
import { createMessageChecker } from '../../../core/engine/message-checker.ts';
import type { BusMessage, MessageBus } from '../../../core/ports/message-bus.ts';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import { createRecordJson } from '../../../core/stream/record-json.ts';
import { SILENT } from '../../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import { parseReporterConfig } from '../../config/load-reporter-config.ts';
import { TRADE_SPEC, tradeMessage } from '../../event/test-support/trade-spec.ts';
import { startTestService, type ServiceInTest } from '../test-support/service-in-test.ts';
import { donePositions } from './kafka-intake.ts';
import { startIntakes, type Intakes } from './start-intakes.ts';

const STREAM = TRADE_SPEC.stream!;
const SUBSCRIPTION = `${STREAM.pubsub_topic}-reporter`;
let folder: string;
let bus: MessageBus;
let log: MessageLog;
let inTest: ServiceInTest;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'intakes-'));
  bus = openEmbeddedMessageBus({ folder: join(folder, 'messages') });
  log = openEmbeddedMessageLog({ folder: join(folder, 'log') });
  for (const topic of [STREAM.pubsub_topic, STREAM.dead_letter_topic]) await bus.createTopic(topic);
  await bus.createSubscription(SUBSCRIPTION, STREAM.pubsub_topic);
  await bus.createSubscription('dead', STREAM.dead_letter_topic);
  await log.createTopic(STREAM.kafka_topic, 2);
  inTest = await startTestService('');
});

afterEach(async () => {
  await inTest.service.close(500);
  await bus.close();
  await log.close();
  rmSync(folder, { recursive: true });
});

function start(yaml: string): Intakes {
  const config = parseReporterConfig(`reporter:\n  intake:\n    full_wait_seconds: 0.02\n${yaml}`, 'test.yaml').intake;
  return startIntakes({ service: inTest.service, config, specs: [TRADE_SPEC], bus, log, instance: 'i', time: SYSTEM_TIME, logger: SILENT });
}

const PULL = '    pull: {sources: [desk_trades]}\n';
const KAFKA = '    kafka: {sources: [desk_trades]}\n';
const ids = (): readonly string[] => inTest.pipeline.arrivals.map(({ event }) => event.sourceTradeId).toSorted();

async function until(holds: () => boolean): Promise<void> {
  const before = performance.now();
  while (!holds()) {
    if (performance.now() - before > 8000) throw new Error('what was waited for did not come');
    await wait(10);
  }
}

async function publish(messages: readonly (readonly [Uint8Array, Readonly<Record<string, string>>])[]): Promise<void> {
  const publisher = await bus.publisher(STREAM.pubsub_topic);
  const sent = messages.map(async ([data, attributes]) => await publisher.publish({ data, attributes, orderingKey: null }));
  await publisher.flush();
  await Promise.all(sent);
  await publisher.close();
}

/** What a subscription has within a while. */
async function left(name: string): Promise<readonly BusMessage[]> {
  const subscription = await bus.subscription(name, { heldMessagesMax: 100, heldBytesMax: 1_000_000 });
  const messages = await subscription.next(AbortSignal.timeout(400));
  await subscription.close();
  return messages;
}

test('messages of a subscription are acknowledged when they are durable, raw ones and records of the bridge', async () => {
  const record = createRecordJson(TRADE_SPEC)(
    createMessageChecker(TRADE_SPEC, { now: '2026-01-05T10:16:00.000000Z' }).check(tradeMessage({ trade_ref: 'D-2' })),
  );
  await publish([
    [tradeMessage({ trade_ref: 'D-1' }), {}],
    [Buffer.from(record), { source: 'desk_trades', spec_version: TRADE_SPEC.spec_version }],
  ]);
  const intakes = start(PULL);
  await until(() => inTest.pipeline.arrivals.length === 2);
  expect(inTest.pipeline.arrivals.map(({ form, via }) => `${via} ${form}`).toSorted()).toEqual(['pull raw', 'pull record']);
  expect(ids()).toEqual(['D-1', 'D-2']);
  await intakes.close();
  expect(await left(SUBSCRIPTION)).toEqual([]);
});

test('while there is no room a message waits, and comes again when the instance ends before it is durable', async () => {
  let refusals = 0;
  inTest.pipeline.answer = async () => await Promise.resolve((refusals += 1) < 4 ? 'full' : 'received');
  await publish([[tradeMessage(), {}]]);
  const first = start(PULL);
  await until(() => inTest.pipeline.arrivals.length === 1);
  expect(refusals).toBe(4);
  inTest.pipeline.answer = async () => await Promise.resolve('full');
  await publish([[tradeMessage({ trade_ref: 'D-2' }), {}]]);
  const counted = (): number => inTest.service.refusals.totals.get('PIPELINE_FULL') ?? 0;
  await until(() => counted() > 5);
  await first.close();
  expect(
    (await left(SUBSCRIPTION)).map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as { trade_ref: string }).trade_ref),
  ).toEqual(['D-2']);
});

test('what is no event is kept with its bytes and reasons, and then done', async () => {
  await publish([[tradeMessage({ quantity: -5 }), { kafka_offset: '7' }]]);
  const intakes = start(PULL);
  await until(() => inTest.service.refusals.totals.get('MESSAGE_REFUSED') === 1);
  await wait(100);
  await intakes.close();
  const [letter, ...others] = await left('dead');
  expect(others).toEqual([]);
  expect(Buffer.from(letter!.data)).toEqual(tradeMessage({ quantity: -5 }));
  expect(letter!.attributes).toMatchObject({
    reason: 'refused',
    told_by: 'reporter',
    codes: 'RULE_FAILED',
    kafka_offset: '7',
    source: 'desk_trades',
  });
  expect(letter!.attributes['findings']).not.toContain('-5');
  expect(await left(SUBSCRIPTION)).toEqual([]);
});

test('messages of the log are committed when they are done; a second instance goes on behind them', async () => {
  const producer = await log.producer({ clientId: 'test' });
  const send = async (values: readonly (Uint8Array | null)[]): Promise<void> =>
    await producer.send(values.map((value, index) => ({ topic: STREAM.kafka_topic, partition: index % 2, value })));
  await send([
    tradeMessage({ trade_ref: 'D-1' }),
    tradeMessage({ trade_ref: 'D-2' }),
    null,
    Buffer.from('{'),
    tradeMessage({ trade_ref: 'D-3' }),
  ]);
  const first = start(KAFKA);
  await until(() => inTest.pipeline.arrivals.length === 3 && inTest.service.refusals.totals.get('MESSAGE_REFUSED') === 2);
  await wait(200);
  await first.close();
  expect((await left('dead')).map(({ attributes }) => attributes['reason']).toSorted()).toEqual(['refused', 'tombstone']);
  await send([tradeMessage({ trade_ref: 'D-4' })]);
  const second = start(KAFKA);
  await until(() => inTest.pipeline.arrivals.length === 4);
  await second.close();
  await producer.close();
  expect(ids()).toEqual(['D-1', 'D-2', 'D-3', 'D-4']);
});

test('a message that was not durable when the instance ended is read again', async () => {
  inTest.pipeline.answer = async () => await Promise.resolve('draining');
  const producer = await log.producer({ clientId: 'test' });
  await producer.send([{ topic: STREAM.kafka_topic, partition: 0, value: tradeMessage() }]);
  await producer.close();
  const first = start(KAFKA);
  await until(() => (inTest.service.refusals.totals.get('DRAINING') ?? 0) > 0);
  await first.close();
  inTest.pipeline.answer = async () => await Promise.resolve('received');
  const second = start(KAFKA);
  await until(() => inTest.pipeline.arrivals.length === 1);
  await second.close();
});

test('a partition is committed up to the first message that is not done, and no further', () => {
  const at = (partition: number, offset: bigint): Parameters<typeof donePositions>[0][number] => ({
    topic: 't',
    partition,
    offset,
    timestampMs: 0,
    key: null,
    value: null,
    headers: [],
  });
  const messages = [at(0, 4n), at(1, 7n), at(0, 6n), at(1, 8n), at(0, 7n)];
  expect(donePositions(messages, ['done', 'not_done', 'done', 'done', 'not_done'])).toEqual([{ topic: 't', partition: 0, offset: 7n }]);
});

test('a source that cannot be read is told, and read as soon as it can be', async () => {
  const config = '    pull: {sources: [desk_trades], suffix: later}\n';
  const intakes = start(config);
  await until(() => intakes.failing().length === 1);
  expect(intakes.failing()).toEqual(['desk_trades: STREAM_TOPIC_MISSING']);
  await bus.createSubscription(`${STREAM.pubsub_topic}-later`, STREAM.pubsub_topic);
  await publish([[tradeMessage(), {}]]);
  await until(() => inTest.pipeline.arrivals.length === 1);
  expect(intakes.failing()).toEqual([]);
  await intakes.close();
});
