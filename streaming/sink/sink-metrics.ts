/** What the sink tells Prometheus. Labels are sources, kinds and codes: never values. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchManifest } from '../../core/stream/batch-manifest.ts';

export interface SinkMetrics {
  committed(manifest: BatchManifest, seconds: number, committedAtMs: number): void;
  duplicates(source: string, count: number): void;
  /** Another sink was first with a number. */
  lost(source: string): void;
  loaded(source: string, seq: number): void;
  failed(source: string, code: string): void;
  waiting(source: string, messages: number): void;
  ranges(source: string, size: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const COMMIT_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60];
const VISIBLE_BUCKETS = [1, 5, 10, 20, 30, 40, 60, 90, 120, 300, 900, 3600];

export function createSinkMetrics(): SinkMetrics {
  const registry = new Registry();
  const registers = [registry];
  const bySource = ['source'] as const;
  const counter = (name: string, help: string): Counter<'source'> => new Counter({ name, help, labelNames: bySource, registers });
  const gauge = (name: string, help: string): Gauge<'source'> => new Gauge({ name, help, labelNames: bySource, registers });
  const batches = counter('markets_sink_batches_total', 'Batches committed');
  const rows = new Counter({
    name: 'markets_sink_rows_total',
    help: 'Rows committed, by kind',
    labelNames: ['source', 'kind'],
    registers,
  });
  const duplicates = counter('markets_sink_duplicates_total', 'Deliveries of what a batch had already');
  const unplaced = counter('markets_sink_unplaced_total', 'Messages without a place in Kafka, kept among the dead letters');
  const conflicts = counter('markets_sink_conflicts_total', 'Batch numbers that another sink took first');
  const commits = histogram('markets_sink_commit_seconds', 'From closing a batch to its commit', COMMIT_BUCKETS, registry);
  const visible = histogram(
    'markets_sink_visible_seconds',
    'From the oldest message of a batch on the bus to its commit',
    VISIBLE_BUCKETS,
    registry,
  );
  const errors = new Counter({ name: 'markets_sink_errors_total', help: 'Errors by code', labelNames: ['source', 'code'], registers });
  const waiting = gauge('markets_sink_waiting_messages', 'Messages in the batch that is open');
  const ranges = gauge('markets_sink_offset_runs', 'Runs of committed offsets in memory');
  const lastCommit = gauge('markets_sink_last_commit_timestamp_seconds', 'When the last batch was committed');
  const loaded = gauge('markets_sink_loaded_batch', 'Number of the last batch that was loaded into BigQuery');
  return {
    committed({ source, parts, unplaced: foreign, min_publish_time }, seconds, committedAtMs) {
      batches.inc({ source });
      for (const part of parts) rows.inc({ source, kind: part.kind }, part.rows);
      unplaced.inc({ source }, foreign.length);
      commits.observe({ source }, seconds);
      visible.observe({ source }, Math.max(0, committedAtMs - Date.parse(min_publish_time)) / 1000);
      lastCommit.set({ source }, committedAtMs / 1000);
    },
    duplicates: (source, count) => duplicates.inc({ source }, count),
    lost: (source) => conflicts.inc({ source }),
    loaded: (source, seq) => loaded.set({ source }, seq),
    failed: (source, code) => errors.inc({ source, code }),
    waiting: (source, messages) => waiting.set({ source }, messages),
    ranges: (source, size) => ranges.set({ source }, size),
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
  };
}

function histogram(name: string, help: string, buckets: number[], registry: Registry): Histogram<'source'> {
  return new Histogram({ name, help, labelNames: ['source'], buckets, registers: [registry] });
}
