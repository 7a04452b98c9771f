/**
 * Durations counted in buckets: constant memory and some nanoseconds a message, where a histogram of the metrics library would cost as much as the
 * check of a message. Its borders are those of the metric.
 */
export const BUCKET_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] as const;
/** Finer buckets for quantiles: each 10 % wider than the one before, from 0.1 ms to about 20 minutes. */
const FINE_FIRST_MS = 0.1;
const FINE_RATIO = Math.log(1.1);
const FINE_COUNT = 172;

export class LatencyBuckets {
  /** Of all durations so far, by bucket, the last one without an upper border. */
  readonly counts = new Float64Array(BUCKET_SECONDS.length + 1);
  sumSeconds = 0;
  total = 0;
  private fine = new Float64Array(FINE_COUNT);
  private fineTotal = 0;

  add(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    let bucket = 0;
    while (bucket < BUCKET_SECONDS.length && seconds > (BUCKET_SECONDS[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sumSeconds += seconds;
    this.total += 1;
    const place =
      milliseconds <= FINE_FIRST_MS ? 0 : Math.min(FINE_COUNT - 1, Math.ceil(Math.log(milliseconds / FINE_FIRST_MS) / FINE_RATIO));
    this.fine[place] = (this.fine[place] as number) + 1;
    this.fineTotal += 1;
  }

  /** Quantiles in milliseconds, to a tenth of themselves, of what was added since the last call; null where nothing was. */
  takeQuantiles(): { readonly p50: number | null; readonly p99: number | null } {
    const taken = { p50: this.quantile(0.5), p99: this.quantile(0.99) };
    this.fine = new Float64Array(FINE_COUNT);
    this.fineTotal = 0;
    return taken;
  }

  private quantile(share: number): number | null {
    if (this.fineTotal === 0) return null;
    let seen = 0;
    let place = 0;
    while (place < FINE_COUNT - 1) {
      seen += this.fine[place] as number;
      if (seen >= share * this.fineTotal) break;
      place += 1;
    }
    return Math.round(FINE_FIRST_MS * Math.exp(place * FINE_RATIO) * 1000) / 1000;
  }
}
