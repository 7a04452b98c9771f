/** The sink of the command line: adapters and limits chosen by the global options. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { WarehouseConfig } from '../../orchestrator/config/warehouse-config.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { loadStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import { createBatchLoader } from '../../streaming/sink/load-batches.ts';
import { createSinkMetrics } from '../../streaming/sink/sink-metrics.ts';
import type { BatchLoader, SinkOptions } from '../../streaming/sink/sink-options.ts';
import type { CommandContext } from '../framework/command.ts';
import { systemNow } from '../framework/system-now.ts';
import { openStore } from '../lane/open-store.ts';
import { openLoader } from '../lane/open-warehouse.ts';
import { bridgedStreams } from './bridged-streams.ts';
import { createBusTopics } from './create-topics.ts';
import { newWriter } from './new-writer.ts';
import { openAll } from './open-all.ts';
import { openBus } from './open-bus.ts';

export interface OpenSink {
  readonly options: SinkOptions;
  /** Where metrics and probes are served. */
  readonly probesAt: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

export async function openSink({ settings, input, signal }: CommandContext, logger: Logger): Promise<OpenSink> {
  // Messages of a source of files are in landing/, not on the bus.
  const streams = (await bridgedStreams(settings.specs, input.list('source'))).filter(({ source }) => source.type === 'stream');
  if (streams.length === 0) throw noStream();
  const sources = streams.map(({ name, stream }) => ({ name, topic: stream.pubsub_topic, deadLetterTopic: stream.dead_letter_topic }));
  const config = await loadLaneConfig(settings.config, settings.env);
  const streaming = await loadStreamingConfig(settings.config, settings.env);
  const store = await openStore(settings);
  const { sink } = streaming;
  const loader = loaderOf(store, sink, config.warehouse);
  return await openAll(async (closing) => {
    const scratch = await mkdtemp(join(tmpdir(), 'markets-sink-'));
    closing(async () => await rm(scratch, { recursive: true, force: true }));
    const bus = await openBus(streaming, settings.root);
    closing(async () => await bus.close());
    for (const { topic, deadLetterTopic } of sources) await createBusTopics(streaming, bus, [topic, deadLetterTopic]);
    return {
      probesAt: streaming.metrics,
      options: {
        sources,
        bus,
        store,
        writer: newWriter(),
        limits: {
          batchSeconds: sink.batch_seconds,
          batchMessages: sink.batch_messages,
          batchBytes: sink.batch_bytes,
          shutdownSeconds: sink.shutdown_seconds,
        },
        format: loader === null ? 'parquet' : 'jsonl',
        loader,
        scratch,
        metrics: createSinkMetrics(),
        logger,
        now: systemNow,
        elapsedMs: () => performance.now(),
        untilIdleSeconds: input.integer('until-idle', 1) ?? null,
        signal,
      },
    };
  });
}

/** The embedded warehouse reads the parts themselves. */
function loaderOf(store: ObjectStore, sink: StreamingConfig['sink'], warehouse: WarehouseConfig): BatchLoader | null {
  if (sink.into !== 'bigquery') return null;
  const loader = openLoader(warehouse);
  if (loader !== undefined) return createBatchLoader(store, loader, warehouse.create_datasets);
  throw new MarketsError('CONFIG_INVALID', 'The sink cannot load this warehouse.', {
    expected: 'warehouse.kind bigquery where streaming.sink.into is bigquery',
    found: warehouse.kind,
  });
}

function noStream(): MarketsError {
  return new MarketsError('CLI_USAGE', 'No source is a stream.', {
    expected: 'a source spec with source.type stream',
    found: 'sources of files only',
    next: 'The hourly run loads files: markets run.',
  });
}
