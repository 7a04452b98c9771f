/** What is known of a source's candles while they are made: for metrics, probes and the table in the terminal. */
import type { Candle } from './candle.ts';
import type { StatefulReader } from '../consume/stateful-reader.ts';
import type { CandlePartition } from './candle-partition.ts';

export type CandleRunState = 'starting' | 'reading' | 'failed' | 'ended';

/** Upper bounds in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

type ReaderLook = Pick<StatefulReader<CandlePartition>, 'isReading' | 'lags' | 'partitions'>;

export class CandleStatus {
  readonly source: string;
  readonly topic: string;
  /** null while the run goes on. */
  outcome: 'failed' | 'ended' | null = null;
  messages = 0;
  commits = 0;
  closed = 0;
  corrected = 0;
  gapBars = 0;
  publishedCandles = 0;
  /** Of each instrument the newest candle of one second that was told. */
  readonly newest = new Map<string, Candle>();
  /** Sums over the partitions of this process, as they were when they were looked at. */
  counts = { trades: 0, duplicates: 0, too_late: 0, dropped: 0, beyond: 0, refused: 0, other: 0 };
  /** Microseconds; the oldest of the partitions. null before the first trade. */
  watermarkUs: number | null = null;
  readonly latency = { counts: new Array<number>(LATENCY_BUCKETS.length + 1).fill(0), sum: 0, count: 0 };

  private readonly reader: ReaderLook;

  constructor(source: string, topic: string, reader: ReaderLook) {
    this.source = source;
    this.topic = topic;
    this.reader = reader;
  }

  get state(): CandleRunState {
    return this.outcome ?? (this.reader.isReading ? 'reading' : 'starting');
  }

  /** Messages of each partition of this process that are not read yet. */
  get lags(): ReadonlyMap<number, number> {
    return this.reader.lags;
  }

  /** That are this process's now. */
  get partitions(): readonly number[] {
    return [...this.reader.partitions.keys()];
  }

  told(candles: readonly Candle[]): void {
    for (const candle of candles) {
      if (candle.is_gap) this.gapBars += 1;
      if (candle.is_final && candle.revision === 1) this.closed += 1;
      else if (candle.revision > 1) this.corrected += 1;
      if (candle.window_seconds !== 1) continue;
      const before = this.newest.get(candle.instrument_id);
      if (before === undefined || before.window_start <= candle.window_start) this.newest.set(candle.instrument_id, candle);
    }
  }

  look(partitions: Iterable<CandlePartition>): void {
    const counts = { trades: 0, duplicates: 0, too_late: 0, dropped: 0, beyond: 0, refused: 0, other: 0 };
    let oldest = Number.POSITIVE_INFINITY;
    for (const { candles, refused, other } of partitions) {
      for (const [name, count] of Object.entries(candles.counts)) counts[name as keyof typeof candles.counts] += count as number;
      counts.refused += refused;
      counts.other += other;
      if (Number.isFinite(candles.watermarkUs)) oldest = Math.min(oldest, candles.watermarkUs);
    }
    this.counts = counts;
    this.watermarkUs = Number.isFinite(oldest) ? oldest : this.watermarkUs;
  }

  /** `readMs`: the log's time of the newest message when they were published. */
  published(candles: readonly Candle[], readMs: number, nowMs: number): void {
    this.publishedCandles += candles.length;
    const seconds = Math.max(0, nowMs - readMs) / 1000;
    const bucket = LATENCY_BUCKETS.findIndex((bound) => seconds <= bound);
    const place = bucket < 0 ? LATENCY_BUCKETS.length : bucket;
    this.latency.counts[place] = (this.latency.counts[place] ?? 0) + 1;
    this.latency.sum += seconds;
    this.latency.count += 1;
  }
}
