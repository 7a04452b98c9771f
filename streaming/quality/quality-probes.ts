/** What live checks tell Prometheus and probes. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Probes } from '../telemetry/serve-probes.ts';
import type { SourceQuality } from './source-quality.ts';

export function qualityProbes(sources: readonly SourceQuality[]): Probes {
  const registry = new Registry();
  const counter = (name: string, help: string, read: (source: SourceQuality) => number): void => {
    new Counter({
      ...{ name: `markets_quality_${name}`, help, labelNames: ['source'], registers: [registry] },
      collect() {
        this.reset();
        for (const source of sources) this.inc({ source: source.name }, read(source));
      },
    });
  };
  counter(
    'messages_total',
    'Messages that were looked at, of the partitions of this process since they were first read',
    (source) => source.totals().messages,
  );
  counter('refused_total', 'Messages that their spec refuses', (source) => source.totals().refused);
  counter('not_followed_total', 'Messages beyond the limits of memory, or of a day long past', (source) => source.totals().not_followed);
  new Counter({
    ...{ name: 'markets_quality_findings_total', help: 'Findings', labelNames: ['source', 'check'], registers: [registry] },
    collect() {
      this.reset();
      for (const source of sources) {
        for (const [check, count] of Object.entries(source.totals().findings)) this.inc({ source: source.name, check }, count);
      }
    },
  });
  new Gauge({
    ...{
      name: 'markets_quality_last_message_timestamp_seconds',
      help: 'Log time of the newest message',
      labelNames: ['source'],
      registers: [registry],
    },
    collect() {
      for (const { name, newestArrivedMs } of sources) if (newestArrivedMs > 0) this.set({ source: name }, newestArrivedMs / 1000);
    },
  });
  new Gauge({
    ...{
      name: 'markets_quality_lag_messages',
      help: 'Messages in the log behind the position of the checks',
      labelNames: ['source', 'partition'],
      registers: [registry],
    },
    collect() {
      this.reset();
      for (const { name, lags } of sources)
        for (const [partition, lag] of lags) this.set({ source: name, partition: String(partition) }, lag);
    },
  });
  return {
    contentType: registry.contentType,
    metrics: async () => await registry.metrics(),
    unhealthy: () => [],
    unready: () => sources.filter(({ isReading }) => !isReading).map(({ name }) => `${name}: not reading`),
  };
}
