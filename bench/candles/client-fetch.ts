/**
 * The client of Kafka by its single requests, without its stream, which is the fastest that it has: records as it makes them, counted. Sizes of answers are
 * those of the adapter.
 */
import { Consumer } from '@platformatic/kafka';
import { ANSWER_BYTES_MAX, PARTITION_BYTES_MAX } from '../../core/adapters/kafka/fetcher.ts';
import type { Counted } from './counted.ts';

const POLL_MS = 250;

/** Messages a second of the first partition. */
export async function clientFetch({ broker, topic, group, warmMessages, messages }: Counted): Promise<number> {
  const consumer = new Consumer({ groupId: group, clientId: group, bootstrapBrokers: [broker], autocommit: false });
  consumer.topics.track(topic);
  const metadata = await consumer.metadata({ topics: [topic] });
  const topicId = metadata.topics.get(topic)?.id ?? '';
  const node = metadata.topics.get(topic)?.partitions[0]?.leader ?? -1;
  let count = 0;
  let next = 0n;
  let before = 0;
  let startedMs = 0;
  while (count < messages) {
    const partition = {
      partition: 0,
      fetchOffset: next,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: PARTITION_BYTES_MAX,
    };
    const answer = await consumer.fetch({
      node,
      minBytes: 1,
      maxBytes: ANSWER_BYTES_MAX,
      maxWaitTime: POLL_MS,
      topics: [{ topicId, partitions: [partition] }],
    });
    for (const { firstOffset, lastOffsetDelta, records } of answer.responses[0]?.partitions[0]?.records ?? []) {
      count += records.length;
      next = firstOffset + BigInt(lastOffsetDelta) + 1n;
    }
    if (startedMs === 0 && count >= warmMessages) {
      startedMs = performance.now();
      before = count;
    }
  }
  const perSecond = ((count - before) * 1000) / (performance.now() - startedMs);
  await consumer.close(true);
  return perSecond;
}
