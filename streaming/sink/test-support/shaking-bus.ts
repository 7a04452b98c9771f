/** A bus in memory that delivers what was not acknowledged again and again, to any of its subscribers, in an order that a seed gives. */
import type { BusMessage, BusSubscription, MessageBus, NewBusMessage } from '../../../core/ports/message-bus.ts';

export interface ShakingBus extends MessageBus {
  put(topic: string, messages: readonly NewBusMessage[]): void;
  /** Messages that nobody has acknowledged. */
  left(): number;
}

interface Waiting {
  readonly message: NewBusMessage;
  isHeld: boolean;
  /** Deliveries that still come although somebody holds the message. */
  again: number;
}

const DELIVERIES_MAX = 7;
const AGAIN_MAX = 3;

/** `random`: 0 to 1, seeded. */
export function createShakingBus(random: () => number): ShakingBus {
  const topics = new Map<string, Map<string, Waiting>>();
  let ids = 0;
  const topic = (name: string): Map<string, Waiting> => {
    const there = topics.get(name) ?? new Map<string, Waiting>();
    topics.set(name, there);
    return there;
  };
  const deliver = (name: string): BusMessage[] => {
    const due = [...topic(name)].filter(([, { isHeld, again }]) => !isHeld || again > 0);
    const first = Math.floor(random() * due.length);
    const some = [...due.slice(first), ...due.slice(0, first)].slice(0, 1 + Math.floor(random() * DELIVERIES_MAX));
    return some.map(([messageId, waiting]) => {
      if (waiting.isHeld) waiting.again -= 1;
      waiting.isHeld = true;
      const acknowledge = (): void => void topic(name).delete(messageId);
      const giveBack = (): void => void (waiting.isHeld = false);
      return { ...waiting.message, messageId, publishTime: '2026-03-02T10:00:00.123456Z', acknowledge, giveBack };
    });
  };
  return {
    description: 'a bus in memory',
    put(name, messages) {
      for (const message of messages) {
        ids += 1;
        topic(name).set(String(ids), { message, isHeld: false, again: Math.floor(random() * (AGAIN_MAX + 1)) });
      }
    },
    left: () => [...topics.values()].reduce((sum, { size }) => sum + size, 0),
    publisher: () => Promise.reject(new Error('nobody publishes here')),
    subscription: async (name) => await Promise.resolve(subscriptionOf(() => deliver(name.replace(/-sink$/, '')))),
    createTopic: async () => await Promise.resolve(),
    createSubscription: async () => await Promise.resolve(),
    close: async () => await Promise.resolve(),
  };
}

function subscriptionOf(deliver: () => BusMessage[]): BusSubscription {
  return {
    async next(signal) {
      while (!signal.aborted) {
        const messages = deliver();
        await new Promise((resolve) => setTimeout(resolve, messages.length > 0 ? 0 : 1));
        if (messages.length > 0) return messages;
      }
      return [];
    },
    close: async () => await Promise.resolve(),
  };
}
