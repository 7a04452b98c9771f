/** Options of a sink for tests: a store, a bus, small batches. */
import { SILENT } from '../../../core/telemetry/logger.ts';
import { createSinkMetrics } from '../sink-metrics.ts';
import type { SinkOptions } from '../sink-options.ts';

export function sinkOptions(given: Pick<SinkOptions, 'bus' | 'store'> & Partial<SinkOptions>): SinkOptions {
  return {
    sources: [{ name: 'trades', topic: 'stream-trades', deadLetterTopic: 'stream-trades-dead-letter' }],
    writer: '20260302T100000-0000000a',
    limits: { batchSeconds: 0.05, batchMessages: 100, batchBytes: 1_000_000, shutdownSeconds: 10 },
    format: 'jsonl',
    loader: null,
    scratch: '/nowhere',
    metrics: createSinkMetrics(),
    logger: SILENT,
    now: () => '2026-03-02T10:00:30.000000Z',
    elapsedMs: () => performance.now(),
    untilIdleSeconds: 0.3,
    signal: new AbortController().signal,
    ...given,
  };
}
