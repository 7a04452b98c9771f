/** The figures of the service for Prometheus, with those that its parts give. */
import { Registry } from 'prom-client';
import { bucketText } from '../../../core/telemetry/bucket-metric.ts';
import { BUCKET_SECONDS, LatencyBuckets } from '../../../core/telemetry/latency-buckets.ts';
import { registerCounter, registerGauge, type Figure, type Sample } from '../../../core/telemetry/polled-figures.ts';
import type { RefusalCode } from '../refusal.ts';

/** What a part of the reporter tells of itself. */
export interface PartFigures {
  readonly counters: readonly Figure[];
  readonly gauges: readonly Figure[];
  /** Histograms, in the text that Prometheus reads. */
  histograms(): string;
}

export class ServiceMetrics {
  private readonly registry = new Registry();
  private readonly requests = new Map<string, number>();
  private readonly latencies = new Map<string, LatencyBuckets>();
  private readonly parts: readonly PartFigures[];

  constructor(
    own: { readonly received: ReadonlyMap<string, number>; readonly refused: ReadonlyMap<RefusalCode, number> },
    parts: readonly PartFigures[],
  ) {
    this.parts = parts;
    for (const figure of this.ownCounters(own)) registerCounter(this.registry, figure);
    for (const part of parts) {
      for (const figure of part.counters) registerCounter(this.registry, figure);
      for (const figure of part.gauges) registerGauge(this.registry, figure);
    }
    registerGauge(this.registry, [
      'markets_reporter_memory_bytes',
      'Resident memory of the process',
      [],
      () => [[{}, process.memoryUsage.rss()]],
    ]);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** `route` is one of the service's own words, never what somebody asked for. */
  answered(route: string, status: number, milliseconds: number): void {
    const key = `${route} ${String(status)}`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    let latency = this.latencies.get(route);
    if (latency === undefined) this.latencies.set(route, (latency = new LatencyBuckets()));
    latency.add(milliseconds);
  }

  async text(): Promise<string> {
    const histograms = this.parts.map((part) => part.histograms()).filter((text) => text !== '');
    return [await this.registry.metrics(), this.requestSeconds(), ...histograms].join('\n');
  }

  private requestSeconds(): string {
    const counted = [...this.latencies].map(([route, { counts, sumSeconds: sum, total }]) => ({ labels: { route }, counts, sum, total }));
    return bucketText('markets_reporter_request_seconds', 'From the first byte of a request to its answer', BUCKET_SECONDS, counted);
  }

  private ownCounters(own: {
    readonly received: ReadonlyMap<string, number>;
    readonly refused: ReadonlyMap<RefusalCode, number>;
  }): Figure[] {
    return [
      ['markets_reporter_requests_total', 'Requests by route and status', ['route', 'code'], () => pairs(this.requests, 'route', 'code')],
      ['markets_reporter_received_total', 'Events that are durable', ['via', 'source'], () => pairs(own.received, 'via', 'source')],
      [
        'markets_reporter_refused_total',
        'Requests and messages that were turned away, by code',
        ['code'],
        () => [...own.refused].map(([code, count]): Sample => [{ code }, count]),
      ],
    ];
  }
}

function pairs(counts: ReadonlyMap<string, number>, first: string, second: string): readonly Sample[] {
  return [...counts].map(([key, count]): Sample => {
    const [one = '', other = ''] = key.split(' ');
    return [{ [first]: one, [second]: other }, count];
  });
}
