/** Counters and durations of every step for Prometheus. Labels are sources, steps and outcomes: never names of files, never values. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CycleResult, CycleStep } from '../run/cycle-result.ts';

export interface LaneMetrics {
  step(step: CycleStep): void;
  cycle(result: CycleResult): void;
  /** A cycle that ended with an error. */
  failed(code: string): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];

export function createLaneMetrics(): LaneMetrics {
  const registry = new Registry();
  const registers = [registry];
  const files = new Counter({
    name: 'markets_files_total',
    help: 'Files by what became of them',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const records = new Counter({
    name: 'markets_records_total',
    help: 'Records by what became of them',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const steps = new Histogram({
    name: 'markets_step_duration_seconds',
    help: 'Duration of the steps of a cycle',
    labelNames: ['step'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const runs = new Counter({ name: 'markets_runs_total', help: 'Cycles by their status', labelNames: ['status'], registers });
  const errors = new Counter({ name: 'markets_errors_total', help: 'Errors by step and code', labelNames: ['step', 'code'], registers });
  const alerts = new Counter({ name: 'markets_alerts_opened_total', help: 'Alerts opened', labelNames: ['kind', 'severity'], registers });
  const open = new Gauge({
    name: 'markets_alerts_open',
    help: 'Alerts that are open, by what they are about',
    labelNames: ['kind', 'severity', 'source'],
    registers,
  });
  const waiting = new Gauge({
    name: 'markets_files_waiting',
    help: 'Files in landing that wait to settle or for a control file',
    registers,
  });
  const lastRun = new Gauge({ name: 'markets_last_run_timestamp_seconds', help: 'End of the last cycle that was not failed', registers });
  return {
    step: ({ step, duration_ms }) => steps.observe({ step }, duration_ms / 1000),
    cycle(result) {
      for (const file of result.files) {
        files.inc({ source: file.source, outcome: file.outcome });
        records.inc({ source: file.source, outcome: 'staged' }, file.staged);
        records.inc({ source: file.source, outcome: 'quarantined' }, file.quarantined);
      }
      for (const { step, code } of result.errors) errors.inc({ step, code });
      for (const { kind, severity } of result.alerts_opened) alerts.inc({ kind, severity });
      open.reset();
      for (const { kind, severity, source } of result.alerts_open) open.inc({ kind, severity, source: source ?? '' });
      waiting.set(result.waiting);
      runs.inc({ status: result.status });
      if (result.status !== 'failed') lastRun.setToCurrentTime();
    },
    failed(code) {
      runs.inc({ status: 'failed' });
      errors.inc({ step: 'run', code });
    },
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
  };
}
