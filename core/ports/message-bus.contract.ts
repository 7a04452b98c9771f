/** What every message bus must do. Each adapter's test calls this with a way to open one more client of the same bus. */
import { afterEach, describe, expect, test } from 'vitest';
import type { BusMessage, BusSubscription, MessageBus, NewBusMessage } from './message-bus.ts';

const TEST_MS = 30_000;
const LIMITS = { heldMessagesMax: 1000, heldBytesMax: 8 * 1024 * 1024 };

export interface BusContractLimits {
  /** Whether a message with an ordering key that is given back brings those behind it again, in order. An emulator may not. */
  readonly isOrderKeptOnGiveBack: boolean;
}

function message(data: string, more: Partial<NewBusMessage> = {}): NewBusMessage {
  return { data: Buffer.from(data), attributes: {}, orderingKey: null, ...more };
}

function textOf(received: readonly BusMessage[]): string[] {
  return received.map(({ data }) => Buffer.from(data).toString('utf8'));
}

/** Takes messages until there are so many; acknowledges each where `isDone` says so. */
export async function receive(
  subscription: BusSubscription,
  count: number,
  settle: (message: BusMessage) => void = (one) => one.acknowledge(),
): Promise<readonly BusMessage[]> {
  const signal = AbortSignal.timeout(TEST_MS);
  const received: BusMessage[] = [];
  while (received.length < count) {
    const messages = await subscription.next(signal);
    if (signal.aborted) throw new Error(`expected ${String(count)} messages, found ${String(received.length)} and no more`);
    received.push(...messages);
    for (const one of messages) settle(one);
  }
  return received;
}

export function messageBusContract(title: string, openBus: () => Promise<MessageBus>, limits: BusContractLimits): void {
  describe(`${title} keeps the contract of message buses`, () => {
    const buses: MessageBus[] = [];
    let topics = 0;
    const open = async (): Promise<MessageBus> => {
      const bus = await openBus();
      buses.push(bus);
      return bus;
    };
    const withTopic = async (): Promise<{ bus: MessageBus; topic: string; name: string }> => {
      const bus = await open();
      const topic = `contract-${String(Date.now())}-${String(topics++)}`;
      await bus.createTopic(topic);
      await bus.createSubscription(`${topic}-reader`, topic);
      return { bus, topic, name: `${topic}-reader` };
    };
    afterEach(async () => {
      for (const bus of buses.splice(0)) await bus.close();
    });

    test('every subscription gets every message, with data, attributes, ordering key and its identity', async () => {
      const { bus, topic, name } = await withTopic();
      await bus.createSubscription(`${topic}-second`, topic);
      const publisher = await bus.publisher(topic);
      const sent = message('ä\u0000', { attributes: { source: 'x', kafka_offset: '12', ünicode: 'ß' }, orderingKey: 'EUR/USD' });
      const id = await publisher.publish(sent);
      for (const each of [name, `${topic}-second`]) {
        const subscription = await bus.subscription(each, LIMITS);
        const [received] = await receive(subscription, 1);
        expect(received).toMatchObject({ messageId: id, attributes: sent.attributes, orderingKey: 'EUR/USD' });
        expect(Buffer.from(received?.data ?? []).equals(Buffer.from(sent.data))).toBe(true);
        expect(received?.publishTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(Math.abs(Date.parse(received?.publishTime ?? '') - Date.now())).toBeLessThan(600_000);
        await subscription.close();
      }
    });

    test('thousands at once are accepted one by one and come whole', { timeout: TEST_MS * 2 }, async () => {
      const { bus, topic, name } = await withTopic();
      const publisher = await bus.publisher(topic);
      const sent = Array.from({ length: 5000 }, async (_, index) => await publisher.publish(message(String(index))));
      await publisher.flush();
      expect(new Set(await Promise.all(sent)).size).toBe(5000);
      const subscription = await bus.subscription(name, LIMITS);
      const seen = new Set<string>();
      while (seen.size < 5000) for (const text of textOf(await receive(subscription, 1))) seen.add(text);
      await subscription.close();
    });

    test('what is given back comes again, and what is acknowledged does not', async () => {
      const { bus, topic, name } = await withTopic();
      const publisher = await bus.publisher(topic);
      for (const data of ['keep', 'back']) await publisher.publish(message(data));
      const subscription = await bus.subscription(name, LIMITS);
      const first = await receive(subscription, 2, (one) => {
        if (textOf([one])[0] === 'keep') one.acknowledge();
        else one.giveBack();
      });
      expect(textOf(first).sort()).toEqual(['back', 'keep']);
      expect(textOf(await receive(subscription, 1))).toEqual(['back']);
      expect(await subscription.next(AbortSignal.timeout(300))).toEqual([]);
    });

    test('what was not done comes to the next one when a subscriber goes', async () => {
      const { bus, topic, name } = await withTopic();
      const publisher = await bus.publisher(topic);
      for (let index = 0; index < 10; index++) await publisher.publish(message(String(index), { orderingKey: 'one' }));
      const first = await bus.subscription(name, LIMITS);
      await receive(first, 10, (one) => {
        if (Number(textOf([one])[0]) < 6) one.acknowledge();
      });
      await first.close();
      const second = await (await open()).subscription(name, LIMITS);
      expect(textOf(await receive(second, 4))).toEqual(['6', '7', '8', '9']);
      await second.close();
    });

    test('messages of an ordering key come in the order in which they were published', async () => {
      const { bus, topic, name } = await withTopic();
      const publisher = await bus.publisher(topic);
      const keys = ['a', 'b', 'c'];
      const sent: Promise<string>[] = [];
      for (let index = 0; index < 300; index++) {
        sent.push(publisher.publish(message(String(index), { orderingKey: keys[index % 3] ?? null })));
      }
      await publisher.flush();
      await Promise.all(sent);
      const received = await receive(await bus.subscription(name, LIMITS), 300);
      for (const key of keys) {
        const own = received.filter(({ orderingKey }) => orderingKey === key).map(({ data }) => Number(Buffer.from(data).toString()));
        expect(own).toHaveLength(100);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
    });

    test.skipIf(!limits.isOrderKeptOnGiveBack)(
      'a message of an ordering key that is given back brings those behind it again, in order',
      async () => {
        const { bus, topic, name } = await withTopic();
        const publisher = await bus.publisher(topic);
        for (let index = 0; index < 5; index++) await publisher.publish(message(String(index), { orderingKey: 'k' }));
        const subscription = await bus.subscription(name, LIMITS);
        const seen: string[] = [];
        let isGivenBack = false;
        await receive(subscription, 8, (one) => {
          seen.push(...textOf([one]));
          if (seen.at(-1) === '2' && !isGivenBack) {
            isGivenBack = true;
            one.giveBack();
          } else {
            one.acknowledge();
          }
        });
        expect(seen).toEqual(['0', '1', '2', '3', '4', '2', '3', '4']);
      },
    );

    test('no more is held than was allowed', async () => {
      const { bus, topic, name } = await withTopic();
      const publisher = await bus.publisher(topic);
      const sent = Array.from({ length: 100 }, async (_, index) => await publisher.publish(message(String(index))));
      await publisher.flush();
      await Promise.all(sent);
      const subscription = await bus.subscription(name, { heldMessagesMax: 10, heldBytesMax: 1024 * 1024 });
      const seen = new Set<string>();
      const signal = AbortSignal.timeout(TEST_MS);
      while (seen.size < 100) {
        const held: BusMessage[] = [];
        const turn = AbortSignal.any([signal, AbortSignal.timeout(500)]);
        while (held.length < 10 && !turn.aborted) held.push(...(await subscription.next(turn)));
        expect(held.length).toBeLessThanOrEqual(10);
        for (const one of held) one.acknowledge();
        for (const text of textOf(held)) seen.add(text);
        if (signal.aborted) throw new Error(`expected 100 messages, found ${String(seen.size)}`);
      }
      await subscription.close();
    });

    test('a topic or a subscription that is not there is said to be missing, and one that is there is not made again', async () => {
      const { bus, topic, name } = await withTopic();
      await bus.createTopic(topic);
      await bus.createSubscription(name, topic);
      await expect(bus.publisher('nobody-made-it')).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
      await expect(bus.subscription('nobody-made-it', LIMITS)).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
      await expect(bus.createSubscription('of-nothing', 'nobody-made-it')).rejects.toMatchObject({ code: 'STREAM_TOPIC_MISSING' });
    });

    test('attributes that no bus takes are refused before they are sent', async () => {
      const { bus, topic } = await withTopic();
      const publisher = await bus.publisher(topic);
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${String(index)}`, '']));
      for (const attributes of [many, { long: 'x'.repeat(1025) }, { ['n'.repeat(257)]: '' }, { '': 'x' }]) {
        await expect(publisher.publish(message('x', { attributes }))).rejects.toMatchObject({ code: 'STREAM_STATE' });
      }
      await publisher.publish(message('x', { attributes: { full: 'x'.repeat(1024) } }));
    });

    test('a subscriber that is stopped while it waits gets nothing', async () => {
      const { bus, name } = await withTopic();
      const subscription = await bus.subscription(name, LIMITS);
      expect(await subscription.next(AbortSignal.timeout(50))).toEqual([]);
      expect(await subscription.next(AbortSignal.abort())).toEqual([]);
      await subscription.close();
    });
  });
}
