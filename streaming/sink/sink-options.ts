/** What a sink is given. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { BatchManifest } from '../../core/stream/batch-manifest.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { PartFormat } from './part-bytes.ts';
import type { SinkMetrics } from './sink-metrics.ts';

export interface SinkLimits {
  /** A batch is closed so long after its first message, */
  readonly batchSeconds: number;
  /** or with so many messages, */
  readonly batchMessages: number;
  /** or with so many bytes: what a sink holds in memory of a source, about twice. */
  readonly batchBytes: number;
  /** From the signal to the end: what is open is committed, or given back where that takes longer. */
  readonly shutdownSeconds: number;
}

/** Fills the warehouse's own tables from committed batches. */
export interface BatchLoader {
  /** When it returns, every batch of the chain up to `seq` is in the tables once. Safe to repeat, by many at once. */
  loadUpTo(source: string, seq: number): Promise<void>;
}

/** Where a test may stop a process: behind each of these a kill must lose nothing. */
export type SinkStep = 'gathered' | 'part_written' | 'committed' | 'loaded' | 'acknowledged';

export interface SinkOptions {
  readonly sources: readonly SinkSource[];
  readonly bus: MessageBus;
  readonly store: ObjectStore;
  /** One a process start. */
  readonly writer: string;
  readonly limits: SinkLimits;
  readonly format: PartFormat;
  /** null: parts and manifests are where the warehouse reads. */
  readonly loader: BatchLoader | null;
  /** A folder of this machine for files of a moment. */
  readonly scratch: string;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
  /** ISO 8601 UTC, 6 digits. */
  readonly now: () => string;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsedMs: () => number;
  /** Ends a source when nothing came for so many seconds and all of it is committed; null: goes on. */
  readonly untilIdleSeconds: number | null;
  readonly signal: AbortSignal;
  /** Before a source that failed starts again; 1,000 and doubled from then on. */
  readonly restartMs?: number;
  /** Called after each batch. */
  readonly committed?: (manifest: BatchManifest) => void;
  readonly reached?: (step: SinkStep) => void;
}

export type SinkSource = Pick<SourceSpec, 'name'> & { readonly topic: string; readonly deadLetterTopic: string };
