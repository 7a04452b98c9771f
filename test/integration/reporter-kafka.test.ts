/** Events by a real Kafka: the reporter is killed while they come, and started again; nothing is lost, none is reported twice, and no offset ran ahead of the ledger. */
import { setTimeout as wait } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { expectAllReported } from '../support/expect-all-reported.ts';
import { prepareReporter, type KilledReporter } from '../support/killed-reporter.ts';
import { eventNameOf, reportedTrades, type TradeMessage } from '../support/reported-trades.ts';
import { until } from '../support/reporter-outcome.ts';

const TOPIC = 'trades.events';
const PARTITIONS = 4;
const GROUP = 'markets-reporter-trade_events';
const EVENTS = 500;
const [BATCH, PAUSE_MS] = [10, 20];

serverOrSkip(KAFKA, 'the reporter on a real Kafka', () => {
  const trades = reportedTrades(EVENTS, new Date(Date.now() - 1000).toISOString());
  let kafka: KafkaServer;
  let log: MessageLog;
  let reporter: KilledReporter;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { 'group.min.session.timeout.ms': '1000' } });
    log = openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null });
    await log.createTopic(TOPIC, PARTITIONS);
    reporter = await prepareReporter(trades, {
      'streaming.log.kind': 'kafka',
      'streaming.log.brokers': [kafka.broker],
      'streaming.log.session_seconds': 2,
      'streaming.topic_partitions': PARTITIONS,
      'reporter.intake.kafka.sources': ['trade_events'],
    });
  }, 120_000);
  afterAll(async () => {
    await reporter.remove();
    await log.close();
    await kafka.remove();
  });

  async function send(messages: readonly TradeMessage[]): Promise<void> {
    const producer = await log.producer({ clientId: 'bookings' });
    for (let from = 0; from < messages.length; from += BATCH) {
      const batch = messages.slice(from, from + BATCH);
      await producer.send(batch.map(({ key, body }) => ({ topic: TOPIC, key: Buffer.from(key), value: body })));
      await wait(PAUSE_MS);
    }
    await producer.close();
  }

  async function committed(): Promise<ReadonlyMap<number, bigint>> {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.broker] });
    const partitions = Array.from({ length: PARTITIONS }, (_, index) => index);
    const [group] = await admin.listConsumerGroupOffsets({
      groups: [{ groupId: GROUP, topics: [{ name: TOPIC, partitionIndexes: partitions }] }],
    });
    await admin.close();
    return new Map(group?.topics[0]?.partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]));
  }

  /** Everything in the topic, by another group. */
  async function readAll(): Promise<readonly LogMessage[]> {
    const consumer = await log.consumer({ group: 'looks-on', topics: [TOPIC], clientId: 'test', from: 'earliest' });
    const found: LogMessage[] = [];
    while (found.length < trades.messages.length) {
      const messages = await consumer.next(AbortSignal.timeout(10_000));
      if (messages.length === 0) break;
      found.push(...messages);
    }
    await consumer.close();
    return found;
  }

  test('commits no event that its ledger has not received, and reports each once though it is killed', { timeout: 180_000 }, async () => {
    await reporter.start();
    const sending = send(trades.messages);
    await reporter.killAt(EVENTS / 4);
    const [atDeath, offsets] = [(await reporter.holds()).received, await committed()];
    await sending;
    const messages = await readAll();
    expect(messages).toHaveLength(trades.messages.length);
    const done = messages
      .filter(({ partition, offset }) => offset < (offsets.get(partition) ?? -1n))
      .map(({ value }) => eventNameOf(value ?? Buffer.alloc(0)));
    expect(done.length).toBeGreaterThan(0);
    expect(atDeath.size).toBeLessThan(trades.events.size);
    expect(done.filter((name) => !atDeath.has(name))).toEqual([]);

    await reporter.start();
    expectAllReported(trades, await reporter.settled(trades.events.size), reporter.books());
    await until(
      async () => [...(await committed()).values()].reduce((sum, offset) => sum + offset, 0n) === BigInt(messages.length),
      20_000,
    );
    await reporter.end();
    const { findings, open, instances } = await reporter.verify();
    expect({ findings, open, instances }).toEqual({ findings: [], open: 0, instances: 2 });
  });
});
