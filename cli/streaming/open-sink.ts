/** The sink of the command line: adapters and limits chosen by the global options. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { writerName } from '../../core/stream/object-names.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { WarehouseConfig } from '../../orchestrator/config/warehouse-config.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { createBatchLoader } from '../../streaming/sink/load-batches.ts';
import { createSinkMetrics } from '../../streaming/sink/sink-metrics.ts';
import type { BatchLoader, SinkOptions, SinkSource } from '../../streaming/sink/sink-options.ts';
import type { CommandContext } from '../framework/command.ts';
import { systemNow } from '../framework/system-now.ts';
import { openStore } from '../lane/open-store.ts';
import { openLoader } from '../lane/open-warehouse.ts';
import { workFolder } from '../lane/work-folder.ts';
import { bridgedStreams } from './bridged-streams.ts';

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
  const store = await openStore(settings);
  const bus = await openBus(workFolder(settings.root));
  const loader = loaderOf(store, config.warehouse);
  const scratch = await mkdtemp(join(tmpdir(), 'markets-sink-'));
  for (const source of sources) await createTopics(bus, source);
  return {
    probesAt: config.metrics,
    options: {
      sources,
      bus,
      store,
      writer: writerName(systemNow(), randomBytes(4).toString('hex')),
      limits: { batchSeconds: 30, batchMessages: 50_000, batchBytes: 64 * 1024 * 1024, shutdownSeconds: 20 },
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
    async close() {
      await bus.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** The embedded warehouse reads the parts themselves. */
function loaderOf(store: ObjectStore, warehouse: WarehouseConfig): BatchLoader | null {
  const loader = openLoader(warehouse);
  return loader === undefined ? null : createBatchLoader(store, loader, warehouse.create_datasets);
}

/** Where no Terraform made them. A subscription that is made later misses what was published before. */
async function createTopics(bus: MessageBus, { topic, deadLetterTopic }: SinkSource): Promise<void> {
  for (const each of [topic, deadLetterTopic]) {
    await bus.createTopic(each);
    await bus.createSubscription(`${each}-sink`, each);
  }
}

async function openBus(folder: string): Promise<MessageBus> {
  const { openEmbeddedMessageBus } = await import('../../core/adapters/embedded-bus/embedded-message-bus.ts');
  return openEmbeddedMessageBus({ folder: join(folder, 'bus', 'messages') });
}

function noStream(): MarketsError {
  return new MarketsError('CLI_USAGE', 'No source is a stream.', {
    expected: 'a source spec with source.type stream',
    found: 'sources of files only',
    next: 'The hourly run loads files: markets run.',
  });
}
