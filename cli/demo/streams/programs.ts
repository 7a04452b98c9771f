/** The programs of lane 2 on the embedded bus, as `markets bridge`, `markets sink` and `markets candles` run them, with shorter times. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Logger } from '../../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import { bridgeLimits } from '../../../streaming/bridge/bridge-limits.ts';
import { startBridge } from '../../../streaming/bridge/run-bridge.ts';
import type { StreamSpec } from '../../../streaming/bridge/source-bridge.ts';
import type { SourceStatus } from '../../../streaming/bridge/source-status.ts';
import { CANDLE_LIMITS } from '../../../streaming/candles/candle-parts.ts';
import type { CandleStatus } from '../../../streaming/candles/candle-status.ts';
import { SourceCandles } from '../../../streaming/candles/run-candles.ts';
import { defaultStreamingConfig } from '../../../streaming/config/load-streaming-config.ts';
import { createSinkMetrics } from '../../../streaming/sink/sink-metrics.ts';
import { runSink } from '../../../streaming/sink/run-sink.ts';
import { systemNow } from '../../framework/system-now.ts';
import { createCandleTopics, createTopics } from '../../streaming/create-topics.ts';
import { newWriter } from '../../streaming/new-writer.ts';
import { openBus } from '../../streaming/open-bus.ts';
import { openEmbeddedLog } from '../../streaming/open-log.ts';

/** Shorter than those of the configuration: the demo is to be seen. */
const BATCH_SECONDS = 2;
const CANDLE_TIMES = { commitMs: 500, provisionalMs: 1000 };
const BRIDGE_TIMES = { recordSeconds: 2, lagSeconds: 1 };
/** From the last message to its row; a busy machine takes its time. */
const SETTLE_MS_MAX = 120_000;
const LOOK_EVERY_MS = 100;

export interface StreamPrograms {
  readonly log: MessageLog;
  readonly bridge: SourceStatus;
  readonly candles: CandleStatus;
  /** Resolves when so many messages of all sources are committed by the sink, or at the signal. */
  written(messages: number): Promise<void>;
  /** Resolves when so many are, and so many messages of trades were looked at for candles, or at the signal. */
  settled(messages: number, trades: number): Promise<void>;
  /** Ends the programs. */
  close(): Promise<void>;
}

export interface ProgramsOptions {
  readonly rootFolder: string;
  readonly store: ObjectStore;
  /** The first one's trades become candles. */
  readonly specs: readonly [StreamSpec, ...StreamSpec[]];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export async function startPrograms({ rootFolder, store, specs, logger, signal }: ProgramsOptions): Promise<StreamPrograms> {
  const [spec] = specs;
  const config = defaultStreamingConfig();
  const log = await openEmbeddedLog(rootFolder);
  const bus = await openBus(config, rootFolder);
  const scratch = await mkdtemp(join(tmpdir(), 'markets-demo-'));
  await createTopics(config, log, bus, specs);
  await createCandleTopics(config, log, bus, [spec]);
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal]);
  const shared = { log, bus, store, logger, scratch, writer: newWriter() };
  const bridge = startBridge(
    { ...shared, time: SYSTEM_TIME, limits: { ...bridgeLimits(config), ...BRIDGE_TIMES }, group: 'demo-bridge' },
    { specs, signal: stop, untilIdleSeconds: null },
  );
  const candles = new SourceCandles({
    ...shared,
    spec,
    time: SYSTEM_TIME,
    limits: { ...CANDLE_LIMITS, ...CANDLE_TIMES },
    gapBars: false,
    group: 'demo-candles',
  });
  let rows = 0;
  const sink = runSink({
    ...shared,
    sources: specs.map(({ name, stream }) => ({ name, topic: stream.pubsub_topic, deadLetterTopic: stream.dead_letter_topic })),
    limits: { batchSeconds: BATCH_SECONDS, batchMessages: 50_000, batchBytes: 64 * 1024 * 1024, shutdownSeconds: 20 },
    format: 'parquet',
    loader: null,
    metrics: createSinkMetrics(),
    now: systemNow,
    elapsedMs: () => performance.now(),
    untilIdleSeconds: null,
    signal: stop,
    committed: ({ parts }) => {
      rows += parts.reduce((sum, part) => sum + part.rows, 0);
    },
  });
  const running = Promise.all([bridge.ended, sink.ended, candles.run({ untilIdleMs: null, signal: stop })]);
  // Looked at when they are ended; an error before that is not unhandled.
  running.catch(() => undefined);
  const status = bridge.statuses.find(({ source }) => source === spec.name) as SourceStatus;
  const until = async (done: () => boolean, messages: number): Promise<void> => {
    await settledWhen(done, running, signal, () => notSettled(messages, rows, candles.status.messages));
  };
  return {
    log,
    bridge: status,
    candles: candles.status,
    written: async (messages) => await until(() => rows >= messages, messages),
    async settled(messages, trades) {
      await until(() => rows >= messages && candles.status.messages >= trades, messages);
      if (signal.aborted) return;
      // Windows that still form are told after a silence.
      await wait(2 * CANDLE_TIMES.provisionalMs);
    },
    async close() {
      stopping.abort();
      try {
        await running;
      } finally {
        await log.close();
        await bus.close();
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}

/** Looks until it is done, a program ends, or the signal; then the error, after a while. */
async function settledWhen(done: () => boolean, running: Promise<unknown>, signal: AbortSignal, late: () => MarketsError): Promise<void> {
  const end = performance.now() + SETTLE_MS_MAX;
  while (!done() && !signal.aborted) {
    if (performance.now() > end) throw late();
    await Promise.race([wait(LOOK_EVERY_MS), running.then(() => undefined)]);
  }
}

function notSettled(messages: number, rows: number, counted: number): MarketsError {
  return new MarketsError('STREAM_UNAVAILABLE', 'The programs of the streams did not get through what was sent.', {
    expected: `${messages} messages in batches and looked at for candles within ${SETTLE_MS_MAX / 1000} s`,
    found: `${rows} in batches, ${counted} looked at`,
    next: 'Run the demo again on a machine that is less busy.',
  });
}
