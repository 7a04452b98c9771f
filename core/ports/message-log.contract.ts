/** What every message log must do. Each adapter's test calls this with a way to open one more client of the same log. */
import { afterEach, describe, expect, test } from 'vitest';
import type { LogConsumer, LogConsumerOptions, LogMessage, MessageLog, NewLogMessage, TopicPartition } from './message-log.ts';

const TEST_MS = 30_000;
const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('utf8'));
const message = (topic: string, value: string, more: Partial<NewLogMessage> = {}): NewLogMessage => ({
  topic,
  value: Buffer.from(value),
  ...more,
});
const numbered = (topic: string, from: number, to: number, more: Partial<NewLogMessage> = {}): NewLogMessage[] =>
  Array.from({ length: to - from }, (_, index) => message(topic, String(from + index), more));

/** Reads until `isEnough`; fails the test after TEST_MS. */
export async function readUntil(
  consumer: LogConsumer,
  read: LogMessage[],
  isEnough: () => boolean,
  each: (messages: readonly LogMessage[]) => Promise<void> = async () => await Promise.resolve(),
): Promise<void> {
  const signal = AbortSignal.timeout(TEST_MS);
  while (!isEnough()) {
    const messages = [...(await consumer.next(signal))];
    if (signal.aborted) throw new Error(`expected more messages, found ${String(read.length)} and no more`);
    // Bytes are good until the batch is dropped: a test that keeps them copies.
    read.push(...messages.map((one) => ({ ...one, value: one.value === null ? null : Buffer.from(one.value) })));
    await each(messages);
  }
}

/** What comes within `ms`. */
async function readFor(consumer: LogConsumer, ms: number): Promise<readonly LogMessage[]> {
  const signal = AbortSignal.timeout(ms);
  const read: LogMessage[] = [];
  while (!signal.aborted) read.push(...(await consumer.next(signal)));
  return read;
}

function behind(messages: readonly LogMessage[]): { topic: string; partition: number; offset: bigint }[] {
  return messages.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset + 1n }));
}

export function messageLogContract(title: string, openLog: () => Promise<MessageLog>): void {
  describe(`${title} keeps the contract of message logs`, () => {
    const logs: MessageLog[] = [];
    let topics = 0;
    const open = async (): Promise<MessageLog> => {
      const log = await openLog();
      logs.push(log);
      return log;
    };
    const withTopic = async (partitions: number): Promise<{ log: MessageLog; topic: string }> => {
      const log = await open();
      const topic = `contract-${String(Date.now())}-${String(topics++)}`;
      await log.createTopic(topic, partitions);
      return { log, topic };
    };
    const reader = async (log: MessageLog, topic: string, more: Partial<LogConsumerOptions> = {}): Promise<LogConsumer> =>
      await log.consumer({ group: 'readers', topics: [topic], clientId: 'contract', from: 'earliest', ...more });
    const send = async (log: MessageLog, messages: readonly NewLogMessage[]): Promise<void> => {
      const producer = await log.producer({ clientId: 'contract' });
      await producer.send(messages);
      await producer.close();
    };
    afterEach(async () => {
      for (const log of logs.splice(0)) await log.close();
    });

    test('messages come in order, with key, value, headers and timestamp', async () => {
      const { log, topic } = await withTopic(1);
      const headers = [
        ['one', Buffer.from('1')],
        ['zwölf', Buffer.from([0, 255])],
      ] as const;
      await send(log, [
        message(topic, 'a', { key: Buffer.from('k'), timestampMs: 1_700_000_000_123, headers }),
        { topic, key: Buffer.from('gone'), value: null },
        message(topic, ''),
      ]);
      const read: LogMessage[] = [];
      await readUntil(await reader(log, topic), read, () => read.length >= 3);
      expect(read.map(({ offset, key, value }) => [offset, text(key), text(value)])).toEqual([
        [0n, 'k', 'a'],
        [1n, 'gone', null],
        [2n, null, ''],
      ]);
      expect(read[0]).toMatchObject({ topic, partition: 0, timestampMs: 1_700_000_000_123 });
      expect(read[0]?.headers.map(([name, value]) => [name, [...value]])).toEqual([
        ['one', [49]],
        ['zwölf', [0, 255]],
      ]);
      expect(Math.abs((read[1]?.timestampMs ?? 0) - Date.now())).toBeLessThan(600_000);
    });

    // More of a partition than one answer gives at a time, so that parts of an answer are read one after the other.
    test('many messages come whole and in order of offset', { timeout: TEST_MS * 2 }, async () => {
      const { log, topic } = await withTopic(3);
      const producer = await log.producer({ clientId: 'contract' });
      for (let begin = 0; begin < 45_000; begin += 1000) await producer.send(numbered(topic, begin, begin + 1000));
      const read: LogMessage[] = [];
      await readUntil(await reader(log, topic), read, () => read.length >= 45_000);
      expect(new Set(read.map(({ value }) => text(value))).size).toBe(45_000);
      for (const partition of [0, 1, 2]) {
        const offsets = read.filter((one) => one.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
      }
    });

    test('messages of one key lie in one partition, and a partition that is named is taken', async () => {
      const { log, topic } = await withTopic(4);
      await send(log, [...numbered(topic, 0, 20, { key: Buffer.from('same') }), message(topic, 'named', { partition: 2 })]);
      const read: LogMessage[] = [];
      await readUntil(await reader(log, topic), read, () => read.length >= 21);
      const same = read.filter(({ key }) => key !== null);
      expect(new Set(same.map(({ partition }) => partition)).size).toBe(1);
      expect(same.map(({ value }) => text(value))).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
      expect(read.find(({ value }) => text(value) === 'named')?.partition).toBe(2);
    });

    test('a group goes on where it committed, and what was not committed comes again', async () => {
      const { log, topic } = await withTopic(1);
      await send(log, numbered(topic, 0, 10));
      const first = await reader(log, topic);
      const read: LogMessage[] = [];
      await readUntil(first, read, () => read.length >= 10);
      await first.commit([{ topic, partition: 0, offset: 4n }]);
      await first.close();
      const again: LogMessage[] = [];
      await readUntil(await reader(await open(), topic), again, () => again.length >= 6);
      expect(again.map(({ value }) => text(value))).toEqual(['4', '5', '6', '7', '8', '9']);
    });

    test('a group that never committed begins where it was asked to', async () => {
      const { log, topic } = await withTopic(1);
      await send(log, numbered(topic, 0, 3));
      const latest = await reader(log, topic, { group: 'new', from: 'latest' });
      expect(await readFor(latest, 500)).toEqual([]);
      await send(log, numbered(topic, 3, 5));
      const read: LogMessage[] = [];
      await readUntil(latest, read, () => read.length >= 2);
      expect(read.map(({ offset }) => offset)).toEqual([3n, 4n]);
    });

    test('a position of the caller goes before what was committed', async () => {
      const { log, topic } = await withTopic(2);
      for (const partition of [0, 1]) await send(log, numbered(topic, 0, 6, { partition }));
      const before = await reader(log, topic);
      await before.commit([0, 1].map((partition) => ({ topic, partition, offset: 1n })));
      await before.close();
      const asked: TopicPartition[] = [];
      const assigned: TopicPartition[] = [];
      const positionOf = async (place: TopicPartition): Promise<bigint | undefined> => {
        asked.push(place);
        return await Promise.resolve(place.partition === 0 ? 4n : undefined);
      };
      const consumer = await reader(log, topic, { positionOf, assigned: (places) => void assigned.push(...places) });
      const read: LogMessage[] = [];
      await readUntil(consumer, read, () => read.length >= 7);
      expect(read.filter(({ partition }) => partition === 0).map(({ offset }) => offset)).toEqual([4n, 5n]);
      expect(read.filter(({ partition }) => partition === 1).map(({ offset }) => offset)).toEqual([1n, 2n, 3n, 4n, 5n]);
      expect(asked.map(({ partition }) => partition).sort()).toEqual([0, 1]);
      expect(assigned.map(({ partition }) => partition).sort()).toEqual([0, 1]);
      expect(consumer.assignment()).toHaveLength(2);
    });

    test('a partition that is paused gives nothing more until it is resumed, and the others go on', async () => {
      const { log, topic } = await withTopic(2);
      for (const partition of [0, 1]) await send(log, numbered(topic, 0, 5, { partition }));
      const consumer = await reader(log, topic);
      const read: LogMessage[] = [];
      await readUntil(consumer, read, () => read.length >= 10);
      consumer.pause([{ topic, partition: 0 }]);
      // What was fetched already may still come.
      await readFor(consumer, 300);
      for (const partition of [0, 1]) await send(log, numbered(topic, 5, 10, { partition }));
      const others: LogMessage[] = [];
      await readUntil(consumer, others, () => others.length >= 5);
      others.push(...(await readFor(consumer, 500)));
      expect(new Set(others.map(({ partition }) => partition))).toEqual(new Set([1]));
      consumer.resume([{ topic, partition: 0 }]);
      const resumed: LogMessage[] = [];
      await readUntil(consumer, resumed, () => resumed.length >= 5);
      expect(resumed.map(({ partition, offset }) => [partition, offset])).toEqual([5n, 6n, 7n, 8n, 9n].map((offset) => [0, offset]));
    });

    test('the ends are those of the log, whatever was read', async () => {
      const { log, topic } = await withTopic(2);
      await send(log, numbered(topic, 0, 7, { partition: 1 }));
      const consumer = await reader(log, topic);
      const read: LogMessage[] = [];
      await readUntil(consumer, read, () => read.length >= 1);
      const ends = [...(await consumer.ends())].sort((a, b) => a.partition - b.partition);
      expect(ends).toEqual([
        { topic, partition: 0, end: 0n, position: 0n },
        { topic, partition: 1, end: 7n, position: BigInt(read.length) },
      ]);
    });

    test(
      'consumers of a group share the partitions; when one leaves, nothing is lost and what was committed does not come again',
      { timeout: TEST_MS * 3 },
      async () => {
        const { log, topic } = await withTopic(4);
        const other = await open();
        const done = { one: [] as LogMessage[], two: [] as LogMessage[] };
        const pending = new Map<number, bigint>();
        const revoked: TopicPartition[] = [];
        const first = await reader(log, topic, {
          revoked: async (places) => {
            revoked.push(...places);
            await first.commit(places.map((place) => ({ ...place, offset: pending.get(place.partition) ?? 0n })));
          },
        });
        const stop = new AbortController();
        const readFirst = (async () => {
          while (!stop.signal.aborted) {
            for (const one of await first.next(stop.signal)) {
              done.one.push(one);
              pending.set(one.partition, one.offset + 1n);
            }
          }
        })();
        for (const partition of [0, 1, 2, 3]) await send(log, numbered(topic, 0, 50, { partition }));
        await expect.poll(() => done.one.length, { timeout: TEST_MS }).toBe(200);

        const second = await reader(other, topic);
        const readSecond = readUntil(
          second,
          done.two,
          () => done.two.length >= 100,
          async (messages) => {
            await second.commit(behind(messages));
          },
        );
        await expect.poll(() => revoked.length, { timeout: TEST_MS }).toBeGreaterThanOrEqual(2);
        await expect.poll(() => [first.assignment().length, second.assignment().length], { timeout: TEST_MS }).toEqual([2, 2]);
        for (const partition of [0, 1, 2, 3]) await send(log, numbered(topic, 50, 100, { partition }));
        await expect.poll(() => done.one.length, { timeout: TEST_MS }).toBe(300);
        await readSecond;
        expect(done.two.every(({ offset }) => offset >= 50n)).toBe(true);

        stop.abort();
        await readFirst;
        await first.commit([...pending].map(([partition, offset]) => ({ topic, partition, offset })));
        await first.close();
        await expect.poll(() => second.assignment().length, { timeout: TEST_MS }).toBe(4);
        for (const partition of [0, 1, 2, 3]) await send(log, numbered(topic, 100, 110, { partition }));
        const rest: LogMessage[] = [];
        await readUntil(second, rest, () => rest.length >= 40);
        expect(rest.every(({ offset }) => offset >= 100n)).toBe(true);
      },
    );

    test('a commit of a partition that is not assigned any more is passed over, and so it is said', { timeout: TEST_MS * 2 }, async () => {
      const { log, topic } = await withTopic(1);
      await send(log, numbered(topic, 0, 5));
      const first = await reader(log, topic);
      const read: LogMessage[] = [];
      await readUntil(first, read, () => read.length >= 5);
      const done = await first.commit([
        { topic, partition: 0, offset: 2n },
        { topic, partition: 9, offset: 2n },
      ]);
      expect(done).toEqual([{ topic, partition: 0, offset: 2n }]);
      await first.close();
      const again: LogMessage[] = [];
      await readUntil(await reader(await open(), topic), again, () => again.length >= 3);
      expect(again[0]?.offset).toBe(2n);
    });

    test('a reader that is stopped while it waits gets nothing', async () => {
      const { log, topic } = await withTopic(1);
      const consumer = await reader(log, topic);
      expect(await consumer.next(AbortSignal.timeout(50))).toHaveLength(0);
      expect(await consumer.next(AbortSignal.abort())).toHaveLength(0);
    });

    test('a topic that is there is not made again, and one that is not is said to be missing', async () => {
      const { log, topic } = await withTopic(3);
      await log.createTopic(topic, 3);
      expect(await log.partitions(topic)).toBe(3);
      await expect(log.partitions('nobody-made-it')).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
      await expect(reader(log, 'nobody-made-it')).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
      await expect(send(log, [message('nobody-made-it', 'x')])).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
    });
  });
}
