/** Sends messages to the partitions of the embedded bus: by their number, by key, or in turn. */
import { crc32 } from 'node:zlib';
import { MarketsError } from '../../errors/markets-error.ts';
import type { NewLogMessage } from '../../ports/message-log.ts';
import { placeName, type BusState } from './bus-state.ts';
import { TURN_MESSAGES, type EmbeddedBusTimes } from './limits.ts';
import { PartitionWriter } from './partition-writer.ts';
import type { TimedMessage } from './record-batch.ts';
import { partitionFolder } from './segment-files.ts';

/** Where each message came to lie, in the order in which they were given. */
export type SentAt = readonly (readonly [partition: number, offset: bigint])[];

interface PartitionShare {
  readonly topic: string;
  readonly partition: number;
  readonly indexes: number[];
  readonly messages: TimedMessage[];
}

export class Appender {
  private readonly folder: string;
  private readonly state: BusState;
  private readonly times: EmbeddedBusTimes;
  private readonly segmentBytesMax: number | undefined;
  private readonly writers = new Map<string, PartitionWriter>();
  /** A topic keeps its number of partitions. */
  private readonly counts = new Map<string, number>();
  private turn = 0;

  constructor(folder: string, state: BusState, times: EmbeddedBusTimes, segmentBytesMax: number | undefined) {
    this.folder = folder;
    this.state = state;
    this.times = times;
    this.segmentBytesMax = segmentBytesMax;
  }

  async append(messages: readonly NewLogMessage[]): Promise<SentAt> {
    const places: (readonly [number, bigint])[] = Array.from({ length: messages.length });
    const sent = this.share(messages).map(async ({ topic, partition, indexes, messages: own }) => {
      const first = await this.writer(topic, partition).append(own);
      for (const [at, index] of indexes.entries()) places[index] = [partition, first + BigInt(at)];
    });
    // All have ended before one's failure is told: nothing is under way behind a sender that tries again.
    const failed = (await Promise.allSettled(sent)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason as Error;
    return places;
  }

  async close(): Promise<void> {
    for (const writer of this.writers.values()) await writer.close();
  }

  private share(messages: readonly NewLogMessage[]): readonly PartitionShare[] {
    const nowMs = Date.now();
    const shares = new Map<string, PartitionShare>();
    for (const [index, message] of messages.entries()) {
      const { topic } = message;
      const partition = this.choose(message);
      const name = placeName({ topic, partition });
      const share = shares.get(name) ?? { topic, partition, indexes: [], messages: [] };
      share.indexes.push(index);
      share.messages.push({ ...message, timestampMs: message.timestampMs ?? nowMs });
      shares.set(name, share);
    }
    return [...shares.values()];
  }

  private choose(message: NewLogMessage): number {
    const { topic, partition } = message;
    const count = this.counts.get(topic) ?? this.state.partitions(topic);
    this.counts.set(topic, count);
    if (partition === undefined) {
      const key = message.key ?? null;
      return (key === null ? Math.floor(this.turn++ / TURN_MESSAGES) : crc32(key)) % count;
    }
    if (Number.isInteger(partition) && partition >= 0 && partition < count) return partition;
    throw new MarketsError('STREAM_TOPIC_MISSING', 'The topic has no such partition.', {
      expected: `0 to ${count - 1} of ${topic}`,
      found: String(partition),
    });
  }

  private writer(topic: string, partition: number): PartitionWriter {
    const place = { topic, partition };
    const known = this.writers.get(placeName(place));
    if (known !== undefined) return known;
    const writer = new PartitionWriter(partitionFolder(this.folder, place), {
      times: this.times,
      lowestRead: () => this.state.lowestPosition(place),
      nowMs: () => Date.now(),
      ...(this.segmentBytesMax === undefined ? {} : { segmentBytesMax: this.segmentBytesMax }),
    });
    this.writers.set(placeName(place), writer);
    return writer;
  }
}
