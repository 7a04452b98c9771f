/**
 * A log of messages in topics and partitions, as Kafka keeps one: read in order by a group of consumers that says how far it is. Every adapter runs
 * message-log.contract.ts. At least once: after a crash or a rebalance what was not committed comes again.
 * Errors: STREAM_UNAVAILABLE (again later), STREAM_DENIED, STREAM_TOPIC_MISSING.
 */

import type { MessageRun } from './message-run.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface LogMessage extends TopicPartition {
  /** 0-based place in the partition. Holes mean nothing: transactions, compaction and retention make them. */
  readonly offset: bigint;
  /** Milliseconds since the epoch, of the producer or the broker as the topic says. */
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
}

/** The offset of the next message that is to be read: one above the last that is done. */
export interface LogPosition extends TopicPartition {
  readonly offset: bigint;
}

/** How far behind a partition is: `end` is the offset that the next message will get, `position` that of the next one that is read, where that is known. */
export interface LogEnd extends TopicPartition {
  readonly end: bigint;
  readonly position?: bigint | null;
}

export interface LogConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** A name for the broker's logs; the process. */
  readonly clientId: string;
  /** Where a group begins that never committed. */
  readonly from: 'earliest' | 'latest';
  /** Where given, the position a partition is read from when it is assigned, whatever the group committed (a state of one's own). undefined: as committed. */
  readonly positionOf?: (partition: TopicPartition) => Promise<bigint | undefined>;
  /** Called before the first message of the partitions comes. */
  readonly assigned?: (partitions: readonly TopicPartition[]) => void;
  /** Called when partitions are taken away, before anyone else reads them where the protocol allows: what is done is committed here. */
  readonly revoked?: (partitions: readonly TopicPartition[]) => Promise<void>;
}

export interface LogConsumer {
  /**
   * Messages of one partition that are there, in order of offset; waits for the first until the signal aborts, then none. At most
   * some thousands at a time; each partition has its turn. A run is good until the next call. Reconnects by itself; throws STREAM_UNAVAILABLE after a bounded time.
   */
  next(signal: AbortSignal): Promise<MessageRun>;
  /** Stops and goes on with reading partitions. What was fetched already may still come. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Of partitions that are still this consumer's; others are passed over. Durable when it resolves, with those that were committed: only they may be counted on. */
  commit(positions: readonly LogPosition[]): Promise<readonly LogPosition[]>;
  /** The partitions this consumer reads now. */
  assignment(): readonly TopicPartition[];
  /** Ends of the assigned partitions, asked from the log. */
  ends(): Promise<readonly LogEnd[]>;
  /** Leaves the group. Nothing is committed that was not. */
  close(): Promise<void>;
}

export interface NewLogMessage {
  readonly topic: string;
  /** The log chooses by the key where there is none. */
  readonly partition?: number;
  readonly key?: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs?: number;
  readonly headers?: readonly (readonly [name: string, value: Uint8Array])[];
}

export interface LogProducer {
  /** Durable in order when it resolves. */
  send(messages: readonly NewLogMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface MessageLog {
  /** For messages: the brokers or a folder. */
  readonly description: string;
  consumer(options: LogConsumerOptions): Promise<LogConsumer>;
  producer(options: { readonly clientId: string }): Promise<LogProducer>;
  /** Partitions of a topic; STREAM_TOPIC_MISSING where there is none. */
  partitions(topic: string): Promise<number>;
  /** Creates the topic where it is absent. */
  createTopic(topic: string, partitions: number): Promise<void>;
  close(): Promise<void>;
}
