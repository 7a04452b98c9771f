/**
 * Offsets that are in the warehouse, of every topic and partition of a source: runs that grow at their end for the most part, so that asking and
 * adding cost the search of a run. Holes stay holes for ever, for a message that comes late may fill one.
 */
import { MarketsError } from '../errors/markets-error.ts';
import type { OffsetRange, OffsetRanges } from './offset-ranges.ts';

/** Runs of one source in memory, at some 50 bytes each. */
const RUNS_MAX = 1_000_000;

export interface OffsetPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  readonly ranges: OffsetRanges;
}

export class CommittedOffsets {
  private readonly topics = new Map<string, Map<number, Runs>>();

  has({ topic, partition, offset }: OffsetPlace): boolean {
    return this.topics.get(topic)?.get(partition)?.has(offset) ?? false;
  }

  /** Nothing happens where it is there already. */
  add({ topic, partition, offset }: OffsetPlace): void {
    this.runs(topic, partition).add(offset, offset);
  }

  /** STREAM_STATE where there are more runs than memory is meant for. */
  addRanges({ topic, partition, ranges }: PartitionOffsets): void {
    const runs = this.runs(topic, partition);
    for (const [first, last] of ranges) runs.add(first, last);
    if (this.size > RUNS_MAX) {
      throw new MarketsError('STREAM_STATE', 'The offsets of a source are in too many runs.', {
        expected: `at most ${RUNS_MAX} runs over all partitions`,
        found: `${this.size} of topic ${topic}`,
        next: 'A log that is full of holes (compaction, a transaction for every message) needs another key than its offsets.',
      });
    }
  }

  /** Number of runs. */
  get size(): number {
    let size = 0;
    for (const partitions of this.topics.values()) for (const runs of partitions.values()) size += runs.size;
    return size;
  }

  /** Every partition in order of topic and partition. */
  all(): readonly PartitionOffsets[] {
    const topics = [...this.topics].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return topics.flatMap(([topic, partitions]) => {
      const sorted = [...partitions].toSorted(([left], [right]) => left - right);
      return sorted.map(([partition, runs]) => ({ topic, partition, ranges: runs.ranges() }));
    });
  }

  private runs(topic: string, partition: number): Runs {
    let partitions = this.topics.get(topic);
    if (partitions === undefined) this.topics.set(topic, (partitions = new Map<number, Runs>()));
    let runs = partitions.get(partition);
    if (runs === undefined) partitions.set(partition, (runs = new Runs()));
    return runs;
  }
}

/** Sorted runs that never touch. */
class Runs {
  private readonly firsts: bigint[] = [];
  private readonly lasts: bigint[] = [];

  get size(): number {
    return this.firsts.length;
  }

  has(offset: bigint): boolean {
    const at = this.firstEndingAt(offset);
    return at < this.firsts.length && (this.firsts[at] as bigint) <= offset;
  }

  add(first: bigint, last: bigint): void {
    // Runs from `from` to before `to` overlap the new one or touch it, and become one with it.
    const from = this.firstEndingAt(first - 1n);
    let to = from;
    while (to < this.firsts.length && (this.firsts[to] as bigint) <= last + 1n) to += 1;
    const start = to > from && (this.firsts[from] as bigint) < first ? (this.firsts[from] as bigint) : first;
    const end = to > from && (this.lasts[to - 1] as bigint) > last ? (this.lasts[to - 1] as bigint) : last;
    if (to - from === 1) {
      this.firsts[from] = start;
      this.lasts[from] = end;
      return;
    }
    this.firsts.splice(from, to - from, start);
    this.lasts.splice(from, to - from, end);
  }

  ranges(): OffsetRanges {
    return this.firsts.map((first, index): OffsetRange => [first, this.lasts[index] as bigint]);
  }

  /** The first run whose last offset is not below `offset`. The end is looked at first: that is where most are added. */
  private firstEndingAt(offset: bigint): number {
    const { lasts } = this;
    if (lasts.length === 0 || (lasts.at(-1) as bigint) < offset) return lasts.length;
    let low = 0;
    let high = lasts.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lasts[middle] as bigint) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
