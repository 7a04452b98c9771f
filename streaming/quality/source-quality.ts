/**
 * Live checks of one source: reads its topic as a member of a group of its own. What the record check refuses is not looked at. A crash is repaired by
 * starting again at the newest manifest of each partition; a finding is told once.
 */
import { createMessageChecker, type MessageChecker } from '../../core/engine/message-checker.ts';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { LogConsumer, LogMessage, TopicPartition } from '../../core/ports/message-log.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { nextWithin } from '../consume/next-within.ts';
import { qualityColumns, type QualityColumns } from './quality-columns.ts';
import type { QualityParts } from './quality-parts.ts';
import { QualityPartition } from './quality-partition.ts';

/** How often the loop looks up from waiting. */
const TICK_MS = 200;

export interface QualityRun {
  /** Ends the run where nothing came for so long; null: only the signal does. */
  readonly untilIdleMs: number | null;
  readonly signal: AbortSignal;
}

export interface QualityTotals {
  readonly messages: number;
  readonly refused: number;
  readonly not_followed: number;
  readonly findings: Readonly<Record<string, number>>;
  readonly partitions: number;
}

export class SourceQuality {
  private readonly parts: QualityParts;
  private readonly topic: string;
  private readonly columns: QualityColumns;
  private readonly checker: MessageChecker;
  private readonly partitions = new Map<number, QualityPartition>();
  private consumer: LogConsumer | null = null;
  private lastMessageMs: number;
  private lastCommitMs: number;
  /** Newest message's time in the log. */
  newestArrivedMs = 0;
  isReading = false;

  constructor(parts: QualityParts) {
    const { spec, time } = parts;
    if (spec.stream === null)
      throw new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name} is no stream.`, { place: { file: spec.spec_file } });
    this.parts = parts;
    this.topic = spec.stream.kafka_topic;
    this.columns = qualityColumns(spec);
    this.checker = createMessageChecker(spec, { now: this.now() });
    this.lastMessageMs = this.lastCommitMs = time.nowMs();
  }

  get name(): string {
    return this.parts.spec.name;
  }

  /** Of the partitions that are this process's now. */
  totals(): QualityTotals {
    const findings: Record<string, number> = {};
    let [messages, refused, notFollowed] = [0, 0, 0];
    for (const { counts, notFollowed: own } of this.partitions.values()) {
      messages += counts.messages;
      refused += counts.refused;
      notFollowed += own;
      for (const [check, count] of Object.entries(counts.findings)) findings[check] = (findings[check] ?? 0) + count;
    }
    return { messages, refused, not_followed: notFollowed, findings, partitions: this.partitions.size };
  }

  /** Until the signal, or silence. Commits what it has before it ends. Errors: STREAM_UNAVAILABLE, STREAM_DENIED, STREAM_TOPIC_MISSING, STREAM_STATE, STORE_*. */
  async run({ untilIdleMs, signal }: QualityRun): Promise<QualityTotals> {
    const { log, spec, group, writer } = this.parts;
    this.consumer = await log.consumer({
      ...{ group: `${group}-${spec.name}`, topics: [this.topic], clientId: `quality-${writer}`, from: 'earliest' },
      positionOf: async ({ partition }) => await this.open(partition),
      revoked: async (places) => await this.revoked(places),
    });
    try {
      this.isReading = true;
      await this.loop(this.consumer, untilIdleMs, signal);
      await this.commitAll();
      return this.totals();
    } finally {
      this.isReading = false;
      await this.consumer.close();
    }
  }

  private async loop(consumer: LogConsumer, untilIdleMs: number | null, signal: AbortSignal): Promise<void> {
    const { time, limits } = this.parts;
    while (!signal.aborted) {
      const messages = await nextWithin(consumer, signal, TICK_MS);
      const nowMs = time.nowMs();
      if (messages.length > 0) this.takeAll(messages, nowMs);
      else if (untilIdleMs !== null && nowMs - this.lastMessageMs >= untilIdleMs) return;
      const isFull = [...this.partitions.values()].some(({ waitingFindings }) => waitingFindings >= limits.findingsMax);
      if (isFull || nowMs - this.lastCommitMs >= limits.commitMs) await this.commitAll();
    }
  }

  private takeAll(messages: readonly LogMessage[], nowMs: number): void {
    this.checker.at(this.now());
    for (const message of messages) {
      const partition = this.partitions.get(message.partition);
      // Of a partition that is not this process's any more: whoever has it reads the message.
      if (partition === undefined) continue;
      const checked = message.value === null ? null : this.checker.check(message.value);
      partition.take(message, checked?.verdict === 'accepted' ? checked.values : null);
      this.newestArrivedMs = message.timestampMs;
    }
    this.lastMessageMs = nowMs;
  }

  /** The position of the partition's state; undefined where it has none, then the group's. */
  private async open(partition: number): Promise<bigint | undefined> {
    const place = { source: this.parts.spec.name, topic: this.topic, partition };
    const opened = await QualityPartition.open(this.parts, this.columns, place);
    this.partitions.set(partition, opened);
    return opened.position ?? undefined;
  }

  /** Commits before anyone else looks at the partitions. Where it cannot, the next one begins at the last manifest. */
  private async revoked(places: readonly TopicPartition[]): Promise<void> {
    for (const { partition: number } of places) {
      const partition = this.partitions.get(number);
      this.partitions.delete(number);
      try {
        await partition?.commit();
      } catch (error) {
        this.parts.logger.log('warn', 'findings_not_committed', {
          source: this.parts.spec.name,
          partition: number,
          message: String(error),
        });
      }
    }
  }

  private async commitAll(): Promise<void> {
    this.lastCommitMs = this.parts.time.nowMs();
    for (const [number, partition] of this.partitions) {
      const outcome = await partition.commit();
      if (outcome === 'taken') {
        this.parts.logger.log('warn', 'partition_taken', { source: this.parts.spec.name, partition: number });
        this.partitions.delete(number);
      } else if (outcome === 'committed' && partition.committedPosition !== null) {
        await this.tellGroup(number, partition.committedPosition);
      }
    }
  }

  /** For those who look at the group's lag; the position that counts is the manifest's. */
  private async tellGroup(partition: number, offset: bigint): Promise<void> {
    try {
      await this.consumer?.commit([{ topic: this.topic, partition, offset }]);
    } catch (error) {
      if (!isMarketsError(error)) throw error;
      this.parts.logger.log('warn', 'group_offset_not_committed', { source: this.parts.spec.name, code: error.code });
    }
  }

  private now(): string {
    return printTimestamp(BigInt(this.parts.time.nowMs()) * 1000n);
  }
}
