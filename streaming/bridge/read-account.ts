/** Makes read-records of what the trackers of a source have done, and keeps the one that is being written until it is there. */
import type { ReadRecord, PartitionRead } from '../../core/stream/read-record.ts';
import { checksumOffsets, countOffsets, rangesAsTexts, rangesOfTexts } from '../../core/stream/offset-ranges.ts';
import type { LatencyBuckets } from '../../core/telemetry/latency-buckets.ts';
import type { OffsetTracker, Progress, TrackedRuns } from './offset-tracker.ts';

/** What one record covers, and what may be committed once it is there. */
export interface OpenRecord {
  readonly record: ReadRecord;
  readonly covers: readonly { readonly tracker: OffsetTracker; readonly progress: Progress }[];
}

export interface RecordOrigin {
  readonly writer: string;
  readonly source: string;
  readonly kafka_topic: string;
  readonly spec_version: string;
}

export type LagOf = (tracker: OffsetTracker) => { readonly lag_messages: number | null; readonly lag_ms: number | null };

export class ReadAccount {
  private readonly origin: RecordOrigin;
  private seq = 0;
  private from: string;

  constructor(origin: RecordOrigin, from: string) {
    this.origin = origin;
    this.from = from;
  }

  /** null where nothing is done since the last one. */
  next(trackers: Iterable<OffsetTracker>, latency: LatencyBuckets, lagOf: LagOf, at: string): OpenRecord | null {
    const partitions: PartitionRead[] = [];
    const covers: OpenRecord['covers'][number][] = [];
    let bytes = 0;
    for (const tracker of trackers) {
      const { progress } = tracker;
      const runs = tracker.take();
      if (runs === null || progress === null) continue;
      partitions.push(partitionRead(tracker, runs, lagOf));
      covers.push({ tracker, progress });
      bytes += runs.bytes;
    }
    if (partitions.length === 0) return null;
    partitions.sort((left, right) => left.partition - right.partition);
    const { from } = this;
    this.from = at;
    this.seq += 1;
    const { writer, ...origin } = this.origin;
    const counts = { ...sums(partitions), bytes, publish_latency_ms: latency.takeQuantiles() };
    return { record: { writer, seq: this.seq, at, from, ...origin, partitions, ...counts }, covers };
  }
}

function sums(partitions: readonly PartitionRead[]): Pick<ReadRecord, 'published' | 'dead_lettered'> {
  const total = (of: (partition: PartitionRead) => bigint): number =>
    Number(partitions.reduce((sum, partition) => sum + of(partition), 0n));
  const dead = total(({ dead_lettered }) => countOffsets(rangesOfTexts(dead_lettered)));
  const skipped = total(({ skipped: runs }) => countOffsets(rangesOfTexts(runs)));
  return { published: total(({ count }) => BigInt(count)) - dead - skipped, dead_lettered: dead };
}

function partitionRead(tracker: OffsetTracker, runs: TrackedRuns, lagOf: LagOf): PartitionRead {
  const ranges = runs.read.ranges();
  return {
    partition: tracker.partition,
    ranges: rangesAsTexts(ranges),
    count: Number(countOffsets(ranges)),
    checksum: checksumOffsets(ranges),
    dead_lettered: rangesAsTexts(runs.deadLettered.ranges()),
    skipped: rangesAsTexts(runs.skipped.ranges()),
    in_doubt: rangesAsTexts(runs.inDoubt.ranges()),
    ...lagOf(tracker),
  };
}
