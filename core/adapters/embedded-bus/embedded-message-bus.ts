/**
 * A message bus in a folder of this machine, on a log of its own (embedded-message-log.ts). Topics have BUS_PARTITIONS partitions; messages of one
 * ordering key lie in one of them.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { BusPublisher, BusSubscription, MessageBus } from '../../ports/message-bus.ts';
import type { LogPosition } from '../../ports/message-log.ts';
import { openEmbeddedMessageLog, type EmbeddedLogOptions } from './embedded-message-log.ts';
import { EmbeddedPublisher } from './embedded-publisher.ts';
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
      const publisher = new EmbeddedPublisher(log, topic);
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
