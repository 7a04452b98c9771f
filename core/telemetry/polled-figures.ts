/** Figures for Prometheus that are read from where they stand when they are asked for: what goes by costs no call of the metrics library. */
import { Counter, Gauge, type Registry } from 'prom-client';

type Labels = Record<string, string>;
export type Sample = readonly [labels: Labels, value: number | null];
export type ReadSamples = () => Iterable<Sample>;
/** Name, what it says, labels, values; a sample without a value is left out. */
export type Figure = readonly [name: string, help: string, labelNames: string[], read: ReadSamples];

export function registerCounter(registry: Registry, [name, help, labelNames, read]: Figure): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) if (value !== null) this.inc(labels, value);
    },
  });
}

export function registerGauge(registry: Registry, [name, help, labelNames, read]: Figure): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of read()) if (value !== null) this.set(labels, value);
    },
  });
}
