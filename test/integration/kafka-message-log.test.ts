import { Admin, Producer, type ProducerOptions } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Fetcher } from '../../core/adapters/kafka/fetcher.ts';
import { KafkaConsumer } from '../../core/adapters/kafka/kafka-consumer.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { KafkaConnection } from '../../core/adapters/kafka/connection.ts';
import { messageLogContract, readUntil } from '../../core/ports/message-log.contract.ts';
import type { LogMessage, MessageLog, NewLogMessage } from '../../core/ports/message-log.ts';
import { KAFKA, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { serverOrSkip } from '../servers/server-tool.ts';

const TEST_MS = 120_000;

serverOrSkip(KAFKA, 'the message log on Kafka', () => {
  let kafka: KafkaServer | undefined;
  const logs: MessageLog[] = [];
  beforeAll(async () => {
    kafka = await startKafka({ properties: { 'log.cleaner.backoff.ms': '200', 'log.segment.delete.delay.ms': '100' } });
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
  });
  afterAll(async () => await kafka?.remove());

  const broker = (): string => kafka?.broker ?? '';
  const connection = (times: KafkaConnection['times'] = {}): KafkaConnection => ({
    brokers: [broker()],
    tls: null,
    sasl: null,
    times: { heartbeatMs: 200, unavailableMs: 60_000, ...times },
  });
  const open = (times?: KafkaConnection['times']): MessageLog => {
    const log = openKafkaMessageLog(connection(times));
    logs.push(log);
    return log;
  };
  const numbered = (topic: string, from: number, to: number, partitions = 1): NewLogMessage[] =>
    Array.from({ length: to - from }, (_, index) => ({
      topic,
      partition: (from + index) % partitions,
      value: Buffer.from(String(from + index)),
    }));
  const send = async (log: MessageLog, messages: readonly NewLogMessage[]): Promise<void> => {
    const producer = await log.producer({ clientId: 'test' });
    await producer.send(messages);
    await producer.close();
  };
  const textOf = (read: readonly LogMessage[]): string[] => read.map(({ value }) => Buffer.from(value ?? []).toString());
  const withProducer = async (
    options: Partial<ProducerOptions<Buffer, Buffer, Buffer, Buffer>>,
    work: (producer: Producer) => Promise<void>,
  ): Promise<void> => {
    const producer = new Producer({ clientId: 'raw', bootstrapBrokers: [broker()], ...options });
    await work(producer).finally(async () => await producer.close());
  };

  messageLogContract('Kafka', async () => await Promise.resolve(openKafkaMessageLog(connection())));

  test('leaders that are looked up slowly: what comes meanwhile is not asked for a second time', { timeout: TEST_MS }, async () => {
    const log = open();
    await log.createTopic('slow-leaders', 1);
    const count = 40_000;
    // Some ten answers. The reader asks for more while one is under way, and it comes while the leaders for the next one are looked up.
    const [leadersMs, answerMs, workMs] = [30, 20, 35];
    const sent = Array.from({ length: count }, (_, index) => ({
      topic: 'slow-leaders',
      value: Buffer.from(String(index).padStart(250, '0')),
    }));
    await send(log, sent);
    const options = { group: 'slow', topics: ['slow-leaders'], clientId: 'slow', from: 'earliest' } as const;
    const fetcher = new Fetcher(connection(), options);
    const consumer = new KafkaConsumer(connection(), options, {
      leaders: async (positions) => {
        await wait(leadersMs);
        return await fetcher.leaders(positions);
      },
      fetch: async (...request) => {
        await wait(answerMs);
        return await fetcher.fetch(...request);
      },
      giveBack: (run) => fetcher.giveBack(run),
      forgetLeaders: () => fetcher.forgetLeaders(),
      close: async () => await fetcher.close(),
    });
    await consumer.join();
    const offsets: bigint[] = [];
    // Behind the last one: what is there twice would come now.
    const patience = new AbortController();
    while (offsets.length < count) {
      offsets.push(...[...(await consumer.next(patience.signal))].map(({ offset }) => offset));
      await wait(workMs);
    }
    setTimeout(() => patience.abort(), 1000);
    offsets.push(...[...(await consumer.next(patience.signal))].map(({ offset }) => offset));
    await consumer.close();
    expect(offsets).toEqual(Array.from({ length: count }, (_, index) => BigInt(index)));
  });

  test(
    'a broker that is killed and comes back: what is sent and read meanwhile is whole, and the reader goes on by itself',
    { timeout: TEST_MS },
    async () => {
      const log = open();
      await log.createTopic('killed', 2);
      const consumer = await log.consumer({ group: 'killed', topics: ['killed'], clientId: 'test', from: 'earliest' });
      const producer = await log.producer({ clientId: 'test' });
      await producer.send(numbered('killed', 0, 100, 2));
      const read: LogMessage[] = [];
      const commit = async (messages: readonly LogMessage[]): Promise<void> => {
        await consumer.commit(messages.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset + 1n })));
      };
      await readUntil(consumer, read, () => read.length >= 100, commit);
      await kafka?.kill();
      const sending = producer.send(numbered('killed', 100, 200, 2));
      const waiting = consumer.next(AbortSignal.timeout(500));
      expect(await waiting).toHaveLength(0);
      await kafka?.restart();
      await sending;
      await producer.send(numbered('killed', 200, 300, 2));
      await readUntil(consumer, read, () => new Set(textOf(read)).size >= 300, commit);
      const numbers = new Set(textOf(read).map(Number));
      expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index));
      await consumer.close();
      // Committed after the restart: nothing comes again.
      const again = await log.consumer({ group: 'killed', topics: ['killed'], clientId: 'test', from: 'earliest' });
      expect(await again.next(AbortSignal.timeout(1000))).toHaveLength(0);
    },
  );

  test(
    'brokers that are gone for too long are said to be unavailable, and found again when they are back',
    { timeout: TEST_MS },
    async () => {
      const log = open({ unavailableMs: 2_000, connectMs: 500 });
      await log.createTopic('gone', 1);
      const consumer = await log.consumer({ group: 'gone', topics: ['gone'], clientId: 'test', from: 'earliest' });
      const producer = await log.producer({ clientId: 'test' });
      await kafka?.stop();
      await expect(producer.send(numbered('gone', 0, 1))).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
      await expect(consumer.next(AbortSignal.timeout(30_000))).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
      await expect(log.partitions('gone')).rejects.toMatchObject({ code: 'STREAM_UNAVAILABLE' });
      await kafka?.restart();
      const read: LogMessage[] = [];
      await expect
        .poll(
          async () =>
            await producer.send(numbered('gone', 1, 2)).then(
              () => 'sent',
              () => 'failed',
            ),
          { timeout: 30_000 },
        )
        .toBe('sent');
      await expect
        .poll(async () => read.push(...(await consumer.next(AbortSignal.timeout(1000)).catch(() => []))), { timeout: 30_000 })
        .toBeGreaterThan(0);
      expect(textOf(read)).toContain('1');
    },
  );

  test('markers of transactions are no messages, and what was given up is never seen', { timeout: TEST_MS }, async () => {
    const log = open();
    await log.createTopic('transactions', 1);
    await withProducer({ transactionalId: 'tx', idempotent: true }, async (producer) => {
      for (const [index, isKept] of [true, false, true, false, true].entries()) {
        const transaction = await producer.beginTransaction();
        await transaction.send({
          messages: [0, 1].map((each) => ({ topic: 'transactions', value: Buffer.from(`${String(index)}.${String(each)}`) })),
        });
        if (isKept) await transaction.commit();
        else await transaction.abort();
      }
    });
    await send(log, numbered('transactions', 9, 10));
    const consumer = await log.consumer({ group: 'tx', topics: ['transactions'], clientId: 'test', from: 'earliest' });
    const read: LogMessage[] = [];
    await readUntil(consumer, read, () => read.length >= 7);
    expect(textOf(read)).toEqual(['0.0', '0.1', '2.0', '2.1', '4.0', '4.1', '9']);
    expect(read.map(({ offset }) => Number(offset))).toEqual([0, 1, 6, 7, 12, 13, 15]);
    expect(await consumer.ends()).toEqual([{ topic: 'transactions', partition: 0, end: 16n, position: 16n }]);
  });

  test('a compacted topic is read over its holes', { timeout: TEST_MS }, async () => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker()] });
    const configs = Object.entries({
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.001',
      'segment.ms': '100',
      'max.compaction.lag.ms': '100',
      'delete.retention.ms': '100',
    }).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: ['compacted'], partitions: 1, replicas: 1, configs });
    await admin.close();
    const log = open();
    for (let round = 0; round < 5; round++) {
      const keyed = Array.from({ length: 20 }, (_, index) => ({
        topic: 'compacted',
        key: Buffer.from(`k${String(index)}`),
        value: Buffer.from(String(round)),
      }));
      await send(log, keyed);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    let read: LogMessage[] = [];
    for (let group = 0; group < 60 && (read.length === 0 || read.length >= 100); group++) {
      const consumer = await log.consumer({
        group: `compacted-${String(group)}`,
        topics: ['compacted'],
        clientId: 'test',
        from: 'earliest',
      });
      read = [];
      await readUntil(consumer, read, () => read.at(-1)?.offset === 99n);
      await consumer.close();
    }
    expect(read.length).toBeLessThan(100);
    expect(new Set(read.slice(-20).map(({ key }) => Buffer.from(key ?? []).toString())).size).toBe(20);
    expect(textOf(read.slice(-20))).toEqual(Array.from({ length: 20 }, () => '4'));
  });

  test('what retention has removed is stepped over, and a position behind the end goes on at the end', { timeout: TEST_MS }, async () => {
    const log = open();
    await log.createTopic('short', 1);
    await send(log, numbered('short', 0, 10));
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker()] });
    await admin.deleteRecords({ topics: [{ name: 'short', partitions: [{ partition: 0, offset: 6n }] }] });
    await admin.close();
    const at = async (position: bigint): Promise<readonly LogMessage[]> => {
      const consumer = await log.consumer({
        group: `short-${String(position)}`,
        topics: ['short'],
        clientId: 'test',
        from: 'earliest',
        positionOf: async () => await Promise.resolve(position),
      });
      const read: LogMessage[] = [];
      // Again and again: a reader that begins at the end sees only what comes after it has found the end.
      const sending = setInterval(() => void send(log, numbered('short', 10, 11)), 1000);
      await readUntil(consumer, read, () => read.length >= 1).finally(() => clearInterval(sending));
      await consumer.close();
      return read;
    };
    expect((await at(2n))[0]?.offset).toBe(6n);
    expect(textOf(await at(500n))[0]).toBe('10');
  });
});
