/**
 * A Pub/Sub bus whose subscriptions ask the emulator for messages, request by request, over its HTTP interface, and acknowledge each answer at once: with anything outstanding the emulator
 * copies the list of all that waits at every request (docs/cursed-knowledge.md). What the reader gives back comes again from here; what it was not done with would be
 * lost with its process, so this is for readers that are not killed. Messages that were published more than once are remembered by where they come from.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BusMessage, BusSubscription, MessageBus } from '../../../core/ports/message-bus.ts';
import { askPubsub } from './ask-pubsub.ts';

/** More than the emulator gives at once. Without the old way of asking a request waits for as long as a minute and a half when there is nothing. */
const PULL = { maxMessages: 1000, returnImmediately: true };
const EMPTY_WAIT_MS = 100;

interface Pulled {
  readonly receivedMessages?: readonly {
    readonly ackId: string;
    readonly message: {
      readonly messageId: string;
      readonly publishTime: string;
      readonly data?: string;
      readonly attributes?: Readonly<Record<string, string>>;
    };
  }[];
}

export interface PullingBus {
  readonly bus: MessageBus;
  /** Requests in a row that brought nothing, of the subscription that had something last. */
  emptyPulls(): number;
  /** `partition/offset` of what was published more than once, however often each was delivered. */
  twice(): readonly string[];
}

export function pullingBus(bus: MessageBus, host: string, project: string): PullingBus {
  const first = new Map<string, string>();
  const twice = new Set<string>();
  const empty = new Map<string, number>();
  const see = ({ attributes, messageId }: BusMessage): void => {
    const place = `${attributes['kafka_partition']}/${attributes['kafka_offset']}`;
    const before = first.get(place);
    if (before === undefined) first.set(place, messageId);
    else if (before !== messageId) twice.add(place);
  };
  const subscription = (name: string): BusSubscription => {
    const givenBack: BusMessage[] = [];
    const pull = async (): Promise<readonly BusMessage[]> => {
      const { receivedMessages = [] } = (await askPubsub(host, project, 'POST', `subscriptions/${name}:pull`, PULL)) as Pulled;
      empty.set(name, receivedMessages.length > 0 ? 0 : (empty.get(name) ?? 0) + 1);
      if (receivedMessages.length === 0) return [];
      const ackIds = receivedMessages.map(({ ackId }) => ackId);
      await askPubsub(host, project, 'POST', `subscriptions/${name}:acknowledge`, { ackIds });
      return receivedMessages.map(({ message }) => busMessage(message, (each) => givenBack.push(each)));
    };
    return {
      async next(signal) {
        while (!signal.aborted) {
          if (givenBack.length > 0) return givenBack.splice(0);
          const messages = await pull();
          messages.forEach(see);
          if (messages.length > 0) return messages;
          await wait(EMPTY_WAIT_MS, undefined, { signal }).catch(() => undefined);
        }
        return [];
      },
      close: async () => await Promise.resolve(),
    };
  };
  return {
    bus: { ...bus, subscription: async (name) => await Promise.resolve(subscription(name)) },
    emptyPulls: () => Math.min(...empty.values()),
    twice: () => [...twice],
  };
}

type PulledMessage = NonNullable<Pulled['receivedMessages']>[number]['message'];

function busMessage(
  { messageId, publishTime, data = '', attributes = {} }: PulledMessage,
  again: (message: BusMessage) => void,
): BusMessage {
  const message: BusMessage = {
    messageId,
    publishTime: sixDigits(publishTime),
    data: Buffer.from(data, 'base64'),
    attributes,
    orderingKey: null,
    acknowledge: () => undefined,
    giveBack: () => again(message),
  };
  return message;
}

function sixDigits(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}
