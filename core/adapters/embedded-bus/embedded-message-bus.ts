/**
 * A message bus in a folder of this machine, on a log of its own (embedded-message-log.ts). Topics have BUS_PARTITIONS partitions; messages of one
 * ordering key lie in one of them.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import { attributesFault } from '../../ports/bus-attributes.ts';
import type { BusPublisher, BusSubscription, MessageBus } from '../../ports/message-bus.ts';
import type { LogPosition } from '../../ports/message-log.ts';
import { messageIdOf, toLogMessage } from './bus-message.ts';
import { openEmbeddedMessageLog, type EmbeddedLogOptions, type EmbeddedMessageLog } from './embedded-message-log.ts';
import { openEmbeddedSubscription } from './embedded-subscription.ts';
import { BUS_PARTITIONS } from './limits.ts';
import { partitionBounds } from './partition-reader.ts';

export function openEmbeddedMessageBus(options: EmbeddedLogOptions): MessageBus {
  const log = openEmbeddedMessageLog(options);
  const open = new Set<BusPublisher | BusSubscription>();
  return {
    description: log.description,
    async publisher(topic) {
      await log.partitions(topic);
      const publisher = publisherOf(log, topic);
      open.add(publisher);
      return publisher;
    },
    async subscription(name, limits) {
      const topic = log.state.topicOf(name);
      if (topic === undefined) {
        throw new MarketsError('STREAM_TOPIC_MISSING', 'There is no such subscription on the embedded bus.', {
          expected: 'a subscription that was created',
          found: name,
        });
      }
      const subscription = await openEmbeddedSubscription(log, topic, name, limits);
      open.add(subscription);
      return subscription;
    },
    createTopic: async (topic) => await log.createTopic(topic, BUS_PARTITIONS),
    async createSubscription(name, topic) {
      const partitions = await log.partitions(topic);
      const positions: LogPosition[] = [];
      for (let partition = 0; partition < partitions; partition++) {
        positions.push({ topic, partition, offset: (await partitionBounds(log.folder, { topic, partition })).end });
      }
      log.state.addSubscription(name, topic, positions);
    },
    async close() {
      for (const each of open) await each.close();
      await log.close();
    },
  };
}

/** Each publish goes to the writer at once; the writer gathers what comes while it syncs. */
function publisherOf(log: EmbeddedMessageLog, topic: string): BusPublisher {
  const stopped = new Set<string>();
  const underWay = new Set<Promise<unknown>>();
  const flush = async (): Promise<void> => {
    await Promise.allSettled(underWay);
  };
  return {
    async publish(message) {
      const { orderingKey } = message;
      if (orderingKey !== null && stopped.has(orderingKey)) throw keyStopped(topic);
      const fault = attributesFault(message.attributes);
      if (fault !== null) throw fault;
      const sent = log.append([toLogMessage(topic, message)]);
      underWay.add(sent);
      try {
        const [place] = await sent;
        if (place === undefined) throw new MarketsError('INTERNAL', 'A message was sent and lies nowhere.');
        return messageIdOf(...place);
      } catch (error) {
        if (orderingKey !== null) stopped.add(orderingKey);
        throw error;
      } finally {
        underWay.delete(sent);
      }
    },
    flush,
    resume: (orderingKey) => void stopped.delete(orderingKey),
    close: flush,
  };
}

function keyStopped(topic: string): MarketsError {
  return new MarketsError('STREAM_UNAVAILABLE', 'An earlier message of this ordering key was not accepted.', {
    expected: 'resume of the key before the next message',
    found: `a message for ${topic} behind one that failed`,
  });
}
