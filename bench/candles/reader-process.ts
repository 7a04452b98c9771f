/** One reader of a topic of trades, in this process alone: reads the request, prints what it measured. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import { countOutsideMemoryWithHeap } from '../../core/adapters/kafka/outside-memory.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { candleProbes } from '../../streaming/candles/candle-probes.ts';
import type { SourceCandles } from '../../streaming/candles/run-candles.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { exchangeTrades } from '../../test/support/bridge-process-options.ts';
import { printMeasure, requestOf } from '../child.ts';
import { candlesInBench } from './candles-in-bench.ts';
import { clientFetch } from './client-fetch.ts';
import { clientStream } from './client-stream.ts';
import type { Counted } from './counted.ts';
import { readSeveral } from './several-trades.ts';
import { lookFor, type MemoryLook } from './soak.ts';

export type Reader = 'stream' | 'fetch' | 'candles' | 'several' | 'soak';

export interface ReaderRequest {
  readonly reader: Reader;
  readonly counted: Counted;
  /** One in so many messages is bad. */
  readonly badEvery: number;
  /** Of the reader soak. */
  readonly soakSeconds?: number;
}

export interface CandleRun {
  readonly perSecond: number;
  readonly deadLetters: number;
}

async function measure({ reader, counted, badEvery, soakSeconds = 0 }: ReaderRequest): Promise<number | CandleRun | readonly MemoryLook[]> {
  if (reader === 'stream') return await clientStream(counted);
  if (reader === 'fetch') return await clientFetch(counted);
  // As the programs do it.
  countOutsideMemoryWithHeap();
  const log = openKafkaMessageLog({ brokers: [counted.broker], tls: null, sasl: null });
  try {
    const spec = await exchangeTrades();
    if (reader === 'soak') return await soak(log, spec, counted, soakSeconds);
    return reader === 'several' ? await readSeveral(log, spec, counted) : await candleRun(log, spec, counted, badEvery);
  } finally {
    await log.close();
  }
}

interface Running {
  readonly source: SourceCandles;
  /** Those of the bad messages, sent. */
  readonly letters: readonly Promise<string>[];
  readonly end: () => Promise<void>;
}

/** The program with its output and dead letters on a bus in a folder. */
async function start(log: MessageLog, spec: SourceSpec, { group }: Counted): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-candles-'));
  const bus = openEmbeddedMessageBus({ folder: join(folder, 'bus') });
  const { stream } = requireTradeColumns(spec);
  for (const topic of [`${stream.pubsub_topic}-candles`, stream.dead_letter_topic]) await bus.createTopic(topic);
  const publisher = await bus.publisher(stream.dead_letter_topic);
  const letters: Promise<string>[] = [];
  const sendLetter = ({ value, offset }: LogMessage): void => {
    letters.push(publisher.publish({ data: value ?? new Uint8Array(0), attributes: { kafka_offset: String(offset) }, orderingKey: null }));
  };
  const source = candlesInBench({ log, bus, spec, folder, name: group, refused: sendLetter });
  const stop = new AbortController();
  const ended = source.run({ untilIdleMs: null, signal: stop.signal });
  return {
    source,
    letters,
    end: async () => {
      stop.abort();
      await ended;
      await candleProbes([source.status]).metrics();
      await publisher.close();
      await bus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function candleRun(log: MessageLog, spec: SourceSpec, counted: Counted, badEvery: number): Promise<CandleRun> {
  const { warmMessages, messages } = counted;
  const { source, letters, end } = await start(log, spec, counted);
  while (source.status.messages < warmMessages) await wait(1);
  const before = source.status.messages;
  const startedMs = performance.now();
  while (source.status.messages < messages) await wait(1);
  const perSecond = ((messages - before) * 1000) / (performance.now() - startedMs);
  await Promise.all(letters);
  await end();
  const { trades, refused } = source.status.counts;
  if (refused !== messages / badEvery || trades !== messages - refused)
    throw new Error(`found ${trades} trades and ${refused} bad messages`);
  return { perSecond, deadLetters: letters.length };
}

async function soak(log: MessageLog, spec: SourceSpec, counted: Counted, seconds: number): Promise<readonly MemoryLook[]> {
  const { source, end } = await start(log, spec, counted);
  const looks = await lookFor(seconds, () => source.status.counts.trades);
  await end();
  return looks;
}

if (import.meta.main) printMeasure(await measure(requestOf() as ReaderRequest));
