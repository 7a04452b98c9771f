/**
 * Asks the leaders of partitions for messages, on connections of its own: a request waits at the broker while nothing is there, and what shares its
 * connection would wait behind it. The requests are made directly; a stream of single messages costs three times as much (docs/decisions, 0046).
 */
import { Consumer, type ClusterMetadata } from '@platformatic/kafka';
import type { LogConsumerOptions, LogPosition } from '../../ports/message-log.ts';
import type { MessageRun } from '../../ports/message-run.ts';
import { AnswerMemory } from './answer-memory.ts';
import { Answers, type AnsweredPartition } from './answers.ts';
import { clientOptions, kafkaTimes, type KafkaConnection, type KafkaTimes } from './connection.ts';
import { fetchedMessages } from './fetched-messages.ts';
import { nameOf } from './group-member.ts';
import { isSessionLost } from './kafka-error.ts';

const READ_COMMITTED = 1;
/** One message that is larger is sent all the same. */
export const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
export const PARTITION_BYTES_MAX = 1024 * 1024;

export interface Fetched {
  readonly position: LogPosition;
  readonly next: bigint;
  readonly messages: MessageRun;
}

/** What a consumer asks of its fetcher. */
export type MessageFetcher = Pick<Fetcher, 'leaders' | 'fetch' | 'giveBack' | 'forgetLeaders' | 'close'>;

export class Fetcher {
  private readonly consumer: Consumer;
  private readonly memory = new AnswerMemory();
  private readonly answers: Answers;
  private readonly topics: readonly string[];
  private readonly times: KafkaTimes;

  constructor(connection: KafkaConnection, options: LogConsumerOptions) {
    this.times = kafkaTimes(connection);
    this.topics = [...new Set(options.topics)];
    const client = clientOptions(connection, `${options.clientId}-fetch`);
    this.answers = new Answers(client.clientId, client, this.memory);
    this.consumer = new Consumer({
      ...client,
      groupId: options.group,
      groupProtocol: 'classic',
      autocommit: false,
      isolationLevel: READ_COMMITTED,
    });
    for (const topic of this.topics) this.consumer.topics.track(topic);
  }

  /** Positions by the broker that leads their partition. */
  async leaders(positions: readonly LogPosition[]): Promise<ReadonlyMap<number, readonly LogPosition[]>> {
    const metadata = await this.metadata();
    const byLeader = new Map<number, LogPosition[]>();
    for (const position of positions) {
      const leader = metadata.topics.get(position.topic)?.partitions[position.partition]?.leader ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), position]);
    }
    return byLeader;
  }

  /** What the broker has behind the positions; waits there for `pollMs` while it has nothing. */
  async fetch(node: number, positions: readonly LogPosition[]): Promise<readonly Fetched[]> {
    const metadata = await this.metadata();
    const wanted = new Map(positions.map((position) => [nameOf(position), position]));
    const topics = [...new Set(positions.map(({ topic }) => topic))];
    const request = (): ReturnType<Consumer['fetch']> =>
      this.consumer.fetch({
        node,
        connectionPool: this.answers,
        minBytes: 1,
        maxBytes: ANSWER_BYTES_MAX,
        maxWaitTime: this.times.pollMs,
        isolationLevel: READ_COMMITTED,
        topics: topics.map((topic) => ({
          topicId: metadata.topics.get(topic)?.id ?? '',
          partitions: positions
            .filter((position) => position.topic === topic)
            .map(({ partition, offset }) => ({
              partition,
              fetchOffset: offset,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
              partitionMaxBytes: PARTITION_BYTES_MAX,
            })),
        })),
      });
    // A broker that was started anew does not know the session of requests; the client begins one with the next request.
    const response = await request().catch(async (error: unknown) => {
      if (isSessionLost(error)) return await request();
      throw error;
    });
    const names = new Map(topics.map((topic) => [metadata.topics.get(topic)?.id ?? '', topic]));
    const fetched: Fetched[] = [];
    for (const { topicId, partitions } of response.responses) {
      for (const partition of partitions) {
        const position = wanted.get(nameOf({ topic: names.get(topicId) ?? '', partition: partition.partitionIndex }));
        // Left over in the broker's session from an earlier request: of no use now.
        if (position === undefined) continue;
        fetched.push({ position, ...fetchedMessages(position, partition as AnsweredPartition, position.offset, this.memory) });
      }
    }
    return fetched;
  }

  /** The memory of the run is used again: nobody looks at it any more, nor at another one in the same bytes. */
  giveBack(run: MessageRun): void {
    this.memory.giveBack(run.bytes);
  }

  /** Leaders are asked for again before the next request. */
  forgetLeaders(): void {
    this.consumer.clearMetadata();
  }

  async close(): Promise<void> {
    await Promise.all([this.consumer.close(true), this.answers.close()]).catch(() => undefined);
  }

  private async metadata(): Promise<ClusterMetadata> {
    return await this.consumer.metadata({ topics: [...this.topics] });
  }
}
