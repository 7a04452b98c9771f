/**
 * A message log in a folder of this machine, for laptops, tests and the demo: the same port as Kafka's adapter, usable from several processes at
 * once. Messages lie in segment files (segment-files.ts), what groups have read in a database beside them (bus-state.ts).
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogProducer, MessageLog, NewLogMessage } from '../../ports/message-log.ts';
import { Appender, type SentAt } from './appender.ts';
import { BusState } from './bus-state.ts';
import { EmbeddedConsumer } from './embedded-consumer.ts';
import { DEFAULT_TIMES, PARTITIONS_MAX, type EmbeddedBusTimes } from './limits.ts';
import { checkTopicName, makePartitionFolder, partitionFolder } from './segment-files.ts';

export interface EmbeddedLogOptions {
  readonly folder: string;
  readonly times?: Partial<EmbeddedBusTimes>;
  readonly segmentBytesMax?: number;
}

export interface EmbeddedMessageLog extends MessageLog {
  readonly state: BusState;
  readonly folder: string;
  /** As a producer's `send`, saying where each message came to lie. */
  append(messages: readonly NewLogMessage[]): Promise<SentAt>;
}

export function openEmbeddedMessageLog(options: EmbeddedLogOptions): EmbeddedMessageLog {
  const { folder } = options;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const state = new BusState(folder);
  const appender = new Appender(folder, state, times, options.segmentBytesMax);
  const consumers = new Set<EmbeddedConsumer>();
  return {
    description: `the embedded bus in ${folder}`,
    folder,
    state,
    append: async (messages) => await appender.append(messages),
    async consumer(wanted) {
      const consumer = new EmbeddedConsumer(folder, state, wanted, times);
      await consumer.join();
      consumers.add(consumer);
      return consumer;
    },
    producer: async () => await Promise.resolve(producerOf(appender)),
    partitions: async (topic) => await Promise.resolve().then(() => state.partitions(topic)),
    async createTopic(topic, partitions) {
      await Promise.resolve();
      checkTopicName(topic);
      checkPartitions(partitions);
      for (let partition = 0; partition < partitions; partition++) makePartitionFolder(partitionFolder(folder, { topic, partition }));
      state.addTopic(topic, partitions);
    },
    async close() {
      for (const consumer of consumers) await consumer.close();
      await appender.close();
      state.close();
    },
  };
}

function producerOf(appender: Appender): LogProducer {
  return {
    send: async (messages) => {
      await appender.append(messages);
    },
    close: async () => await Promise.resolve(),
  };
}

function checkPartitions(partitions: number): void {
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= PARTITIONS_MAX) return;
  throw new MarketsError('STREAM_STATE', 'A topic cannot have so many partitions.', {
    expected: `1 to ${PARTITIONS_MAX}`,
    found: String(partitions),
  });
}
