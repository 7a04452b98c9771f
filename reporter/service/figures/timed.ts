/** Durations by labels, as one histogram. */
import { bucketText } from '../../../core/telemetry/bucket-metric.ts';
import { BUCKET_SECONDS, LatencyBuckets } from '../../../core/telemetry/latency-buckets.ts';

/** Labels are words of the reporter: regimes, stages, destinations. */
type Labels = Readonly<Record<string, string>>;

export class Timed {
  private readonly series = new Map<string, { readonly labels: Labels; readonly buckets: LatencyBuckets }>();
  private readonly name: string;
  private readonly help: string;

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  add(labels: Labels, milliseconds: number): void {
    const key = Object.values(labels).join(' ');
    let series = this.series.get(key);
    if (series === undefined) this.series.set(key, (series = { labels, buckets: new LatencyBuckets() }));
    series.buckets.add(milliseconds);
  }

  text(): string {
    const counted = [...this.series.values()].map(({ labels, buckets: { counts, sumSeconds: sum, total } }) => ({
      labels,
      counts,
      sum,
      total,
    }));
    return bucketText(this.name, this.help, BUCKET_SECONDS, counted);
  }
}
