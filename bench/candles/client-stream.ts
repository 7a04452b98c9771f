/**
 * The client of Kafka as its documentation has it: a consumer of a group that reads a stream of messages, by its events, which is faster than by a loop. It
 * only counts. Sizes of answers are those of the adapter, everything else the client's own choice.
 */
import { Consumer } from '@platformatic/kafka';
import { ANSWER_BYTES_MAX, PARTITION_BYTES_MAX } from '../../core/adapters/kafka/fetcher.ts';
import type { Counted } from './counted.ts';

/** Messages a second. */
export async function clientStream({ broker, topic, group, warmMessages, messages }: Counted): Promise<number> {
  const consumer = new Consumer({ groupId: group, clientId: group, bootstrapBrokers: [broker] });
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: false,
    maxBytes: ANSWER_BYTES_MAX,
    maxBytesPerPartition: PARTITION_BYTES_MAX,
  });
  const perSecond = await new Promise<number>((resolve, reject) => {
    let count = 0;
    let startedMs = 0;
    stream.on('error', reject);
    stream.on('data', () => {
      count += 1;
      if (count === warmMessages) startedMs = performance.now();
      if (count === messages) resolve(((messages - warmMessages) * 1000) / (performance.now() - startedMs));
    });
  });
  await stream.close();
  await consumer.close(true);
  return perSecond;
}
