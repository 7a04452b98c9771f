/**
 * Live checks of one source: reads its topic as a member of a group of its own, and commits findings, state and position of each partition as one object
 * (stateful-reader.ts), so that a finding is told once. What the record check refuses is not looked at.
 */
import { createMessageChecker, type MessageChecker } from '../../core/engine/message-checker.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { StatefulReader, type ReaderRun } from '../consume/stateful-reader.ts';
import { qualityColumns, type QualityColumns } from './quality-columns.ts';
import type { QualityParts } from './quality-parts.ts';
import { QualityPartition } from './quality-partition.ts';

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
  private readonly reader: StatefulReader<QualityPartition>;
  /** Newest message's time in the log. */
  newestArrivedMs = 0;
  private totalsAtEnd: QualityTotals | null = null;

  constructor(parts: QualityParts) {
    const { spec } = parts;
    if (spec.stream === null)
      throw new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name} is no stream.`, { place: { file: spec.spec_file } });
    this.parts = parts;
    this.topic = spec.stream.kafka_topic;
    this.columns = qualityColumns(spec);
    this.checker = createMessageChecker(spec, { now: this.now() });
    this.reader = this.newReader();
  }

  get name(): string {
    return this.parts.spec.name;
  }

  get isReading(): boolean {
    return this.reader.isReading;
  }

  /** Messages of each partition of this process that are not read yet. */
  get lags(): ReadonlyMap<number, number> {
    return this.reader.lags;
  }

  /** Of the partitions that are this process's now. */
  totals(): QualityTotals {
    const findings: Record<string, number> = {};
    const { partitions } = this.reader;
    let [messages, refused, notFollowed] = [0, 0, 0];
    for (const { counts, notFollowed: own } of partitions.values()) {
      messages += counts.messages;
      refused += counts.refused;
      notFollowed += own;
      for (const [check, count] of Object.entries(counts.findings)) findings[check] = (findings[check] ?? 0) + count;
    }
    return { messages, refused, not_followed: notFollowed, findings, partitions: partitions.size };
  }

  /** Until the signal, or silence. Commits what it has before it ends. Errors: STREAM_UNAVAILABLE, STREAM_DENIED, STREAM_TOPIC_MISSING, STREAM_STATE, STORE_*. */
  async run(run: ReaderRun): Promise<QualityTotals> {
    await this.reader.run(run);
    return this.totalsAtEnd ?? this.totals();
  }

  private newReader(): StatefulReader<QualityPartition> {
    const { log, logger, spec, group, writer, limits, time } = this.parts;
    const reader: StatefulReader<QualityPartition> = new StatefulReader({
      ...{ log, logger, topic: this.topic, source: spec.name, group: `${group}-${spec.name}`, clientId: `quality-${writer}` },
      ...{ commitMs: limits.commitMs, nowMs: () => time.nowMs() },
      work: {
        open: async (partition) => {
          const place = { source: spec.name, topic: this.topic, partition };
          return await QualityPartition.open(this.parts, this.columns, place);
        },
        take: (partition, messages) => this.takeAll(partition, messages),
        isFull: () => [...reader.partitions.values()].some(({ waitingFindings }) => waitingFindings >= limits.findingsMax),
        ended: () => {
          this.totalsAtEnd = this.totals();
        },
      },
    });
    return reader;
  }

  private takeAll(partition: QualityPartition, messages: MessageRun): void {
    this.checker.at(this.now());
    for (const message of messages) {
      const checked = message.value === null ? null : this.checker.check(message.value);
      partition.take(message, checked?.verdict === 'accepted' ? checked.values : null);
      this.newestArrivedMs = message.timestampMs;
    }
  }

  private now(): string {
    return printTimestamp(BigInt(this.parts.time.nowMs()) * 1000n);
  }
}
