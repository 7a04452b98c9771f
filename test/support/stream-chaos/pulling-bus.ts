/**
 * A Pub/Sub bus whose subscriptions ask the emulator for messages, request by request, over its HTTP interface. It streams some hundred messages a second to a subscriber
 * when many wait; asked, it gives ten thousand (docs/cursed-knowledge.md). Messages that were published more than once are remembered by where they come from.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BusMessage, BusSubscription, MessageBus } from '../../../core/ports/message-bus.ts';
import { askPubsub } from './ask-pubsub.ts';

/** The old way of asking: without it a request waits for as long as a minute and a half when there is nothing. */
const PULL = { maxMessages: 5000, returnImmediately: true };
const ACKNOWLEDGED_AT_A_TIME = 5000;
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
  const see = (attributes: Readonly<Record<string, string>>, messageId: string): void => {
    const place = `${attributes['kafka_partition']}/${attributes['kafka_offset']}`;
    const before = first.get(place);
    if (before === undefined) first.set(place, messageId);
    else if (before !== messageId) twice.add(place);
  };
  const subscription = (name: string): BusSubscription => {
    const done: string[] = [];
    const acknowledge = async (): Promise<void> => {
      while (done.length > 0) {
        const ackIds = done.splice(0, ACKNOWLEDGED_AT_A_TIME);
        await askPubsub(host, project, 'POST', `subscriptions/${name}:acknowledge`, { ackIds });
      }
    };
    return {
      async next(signal) {
        while (!signal.aborted) {
          await acknowledge();
          const { receivedMessages = [] } = (await askPubsub(host, project, 'POST', `subscriptions/${name}:pull`, PULL)) as Pulled;
          empty.set(name, receivedMessages.length > 0 ? 0 : (empty.get(name) ?? 0) + 1);
          if (receivedMessages.length > 0) {
            return receivedMessages.map(({ ackId, message: { messageId, publishTime, data = '', attributes = {} } }): BusMessage => {
              see(attributes, messageId);
              return {
                messageId,
                publishTime: sixDigits(publishTime),
                data: Buffer.from(data, 'base64'),
                attributes,
                orderingKey: null,
                acknowledge: () => done.push(ackId),
                // It comes again when its time is over.
                giveBack: () => undefined,
              };
            });
          }
          await wait(EMPTY_WAIT_MS, undefined, { signal }).catch(() => undefined);
        }
        return [];
      },
      close: acknowledge,
    };
  };
  return {
    bus: { ...bus, subscription: async (name) => await Promise.resolve(subscription(name)) },
    emptyPulls: () => Math.min(...empty.values()),
    twice: () => [...twice],
  };
}

function sixDigits(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}
