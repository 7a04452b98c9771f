/** The message log on Kafka's brokers. */
import { Admin } from '@platformatic/kafka';
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogProducer, MessageLog } from '../../ports/message-log.ts';
import { clientOptions, kafkaTimes, type KafkaConnection } from './connection.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { kafkaCodes } from './kafka-error.ts';
import { openKafkaProducer } from './kafka-producer.ts';
import { tryAgain } from './retry.ts';

/** The broker's own setting for new topics. */
const BROKER_DEFAULT = -1;

/** Nothing is connected before the first call. */
export function openKafkaMessageLog(connection: KafkaConnection): MessageLog {
  const admin = new Admin(clientOptions(connection, 'markets-admin'));
  const { unavailableMs } = kafkaTimes(connection);
  const consumers = new Set<KafkaConsumer>();
  const producers = new Set<LogProducer>();
  const partitions = async (topic: string): Promise<number> =>
    await tryAgain({ what: `The topic ${topic} cannot be looked up.`, withinMs: unavailableMs }, async () => {
      const metadata = await admin.metadata({ topics: [topic], forceUpdate: true });
      const count = metadata.topics.get(topic)?.partitionsCount ?? 0;
      if (count > 0) return count;
      throw new MarketsError('STREAM_TOPIC_MISSING', `The brokers have no topic ${topic}.`);
    });
  return {
    description: `Kafka at ${connection.brokers.join(', ')}`,
    partitions,
    async consumer(options) {
      for (const topic of options.topics) await partitions(topic);
      const consumer = new KafkaConsumer(connection, options);
      consumers.add(consumer);
      try {
        await consumer.join();
      } catch (error) {
        await consumer.close();
        throw error;
      }
      return consumer;
    },
    async producer({ clientId }) {
      const producer = await Promise.resolve(openKafkaProducer(connection, clientId, partitions));
      producers.add(producer);
      return producer;
    },
    async createTopic(topic, count) {
      await tryAgain({ what: `The topic ${topic} cannot be made.`, withinMs: unavailableMs }, async () => {
        try {
          await admin.createTopics({ topics: [topic], partitions: count, replicas: BROKER_DEFAULT });
        } catch (error) {
          if (!kafkaCodes(error).includes('TOPIC_ALREADY_EXISTS')) throw error;
        }
      });
      // Made, and soon known to every broker: nobody is to find it missing after this.
      await tryAgain({ what: `The topic ${topic} is not seen.`, withinMs: unavailableMs }, async () => {
        const metadata = await admin.metadata({ topics: [topic], forceUpdate: true }).catch((cause: unknown) => {
          throw new MarketsError('STREAM_UNAVAILABLE', `The topic ${topic} is not seen yet.`, { cause });
        });
        const made = metadata.topics.get(topic)?.partitions ?? [];
        if (made.length === 0 || made.some(({ leader }) => leader < 0)) {
          throw new MarketsError('STREAM_UNAVAILABLE', `The topic ${topic} has no leader yet.`);
        }
      });
    },
    async close() {
      for (const consumer of consumers) await consumer.close();
      for (const producer of producers) await producer.close();
      await admin.close().catch(() => undefined);
    },
  };
}
