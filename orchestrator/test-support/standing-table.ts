/** The table of a stream as a subscription fills it, and what the warehouse would answer about it, for tests without a warehouse. */
import { rangesOfTexts, subtractRanges, unionRanges, type OffsetRange } from '../../core/stream/offset-ranges.ts';
import type { WarehouseLane } from '../run/warehouse-steps.ts';
import type { StandingQuestion, StandingRun } from '../streams/standing-messages.ts';

export interface Delivery {
  readonly partition?: number;
  readonly offset: number;
  readonly at: string;
}

export class StandingTable {
  readonly topic: string;
  readonly questions: StandingQuestion[] = [];
  private readonly rows: Delivery[];

  constructor(topic: string, rows: readonly Delivery[] = []) {
    this.topic = topic;
    this.rows = [...rows];
  }

  deliver(...rows: readonly Delivery[]): void {
    this.rows.push(...rows);
  }

  /** A warehouse that answers and builds nothing. */
  get warehouse(): WarehouseLane {
    return {
      exists: async () => await Promise.resolve(true),
      standingMessages: async (question) => await Promise.resolve(this.answer(question)),
      transform: async () =>
        await Promise.resolve({
          ...{ status: 'ok', command: 'build', full_refresh: false, models: [], tests_passed: 0, tests_failed: 0, duration_ms: 0 },
        }),
      dueExtracts: () => [],
      extract: async () => await Promise.reject(new Error('no extract is due')),
    };
  }

  private answer(question: StandingQuestion): readonly StandingRun[] {
    this.questions.push(question);
    const partitions = [...new Set(this.rows.map(({ partition = 0 }) => partition))];
    return partitions
      .flatMap((partition) => this.runsOf(partition, question))
      .toSorted((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0))
      .slice(0, question.runsMax);
  }

  private runsOf(partition: number, { since, told }: StandingQuestion): readonly StandingRun[] {
    const rows = this.rows.filter((row) => (row.partition ?? 0) === partition && row.at >= since);
    const known = told.filter((place) => place.partition === partition && place.kafka_topic === this.topic);
    const offsets = unionRanges(rows.map(({ offset }): OffsetRange => [BigInt(offset), BigInt(offset)]));
    const left = subtractRanges(offsets, unionRanges(...known.map(({ ranges }) => rangesOfTexts(ranges))));
    return left.map(([first, last]) => {
      const times = rows.filter(({ offset }) => BigInt(offset) >= first && BigInt(offset) <= last).map(({ at }) => at);
      const [from = '', at = ''] = [times.toSorted()[0], times.toSorted().at(-1)];
      return { kafka_topic: this.topic, partition, first, last, from, at };
    });
  }
}
