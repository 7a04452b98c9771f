/** Counts by labels, for a counter that is read when it is asked for. */
import type { Sample } from '../../../core/telemetry/polled-figures.ts';

type Labels = Readonly<Record<string, string>>;

export class Counted {
  private readonly series = new Map<string, { readonly labels: Labels; count: number }>();

  add(labels: Labels): void {
    const key = Object.values(labels).join(' ');
    const series = this.series.get(key);
    if (series === undefined) this.series.set(key, { labels, count: 1 });
    else series.count += 1;
  }

  read(): readonly Sample[] {
    return [...this.series.values()].map(({ labels, count }): Sample => [{ ...labels }, count]);
  }
}
