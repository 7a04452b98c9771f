/** Memory of live candles over minutes: the isolated burst in this process, or everything through a real broker, the program in a process of its own. */
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { requireTradeColumns } from '../../streaming/candles/trade-columns.ts';
import { startKafka } from '../../test/servers/kafka.ts';
import { runProgram } from '../child.ts';
import { burst, newCandles } from './burst.ts';
import type { ReaderRequest } from './reader-process.ts';
import { messagesOf, SERIES, tradeFetch } from './trade-fetch.ts';

const BURST_TRADES = 500_000;
const PER_SECOND = 100_000;
const LOOK_MS = 10_000;
const TICK_MS = 50;

export interface MemoryLook {
  readonly trades: number;
  readonly megabytes: { readonly resident: number; readonly heap: number; readonly outside: number };
}

function lookAtMemory(trades: number): MemoryLook {
  const { rss, heapUsed, external } = process.memoryUsage();
  const [resident = 0, heap = 0, outside = 0] = [rss, heapUsed, external].map((size) => Math.round(size / 1e6));
  return { trades, megabytes: { resident, heap, outside } };
}

function lineOf({ trades, megabytes: { resident, heap, outside } }: MemoryLook): string {
  return `${trades} trades: ${resident} MB resident, ${heap} MB heap, ${outside} MB outside of it`;
}

/** As fast as possible. */
export async function soakBurst(spec: SourceSpec, minutes: number): Promise<void> {
  const state = newCandles(spec);
  const endMs = performance.now() + minutes * 60_000;
  let lookMs = 0;
  for (let round = 0; performance.now() < endMs; round += 1) {
    burst(state, tradeFetch({ ...SERIES, perSecond: PER_SECOND, first: round * BURST_TRADES, trades: BURST_TRADES }));
    if (performance.now() < lookMs) continue;
    lookMs = performance.now() + LOOK_MS;
    console.log(lineOf(lookAtMemory((round + 1) * BURST_TRADES)));
    await Promise.resolve();
  }
}

/** PER_SECOND trades a second. */
export async function soakThroughKafka(spec: SourceSpec, minutes: number): Promise<void> {
  const kafka = await startKafka();
  const log = openKafkaMessageLog({ brokers: [kafka.broker], tls: null, sasl: null });
  try {
    const { kafka_topic: topic } = requireTradeColumns(spec).stream;
    await log.createTopic(topic, 1);
    const counted = { broker: kafka.broker, topic, group: 'soak', warmMessages: 0, messages: Number.MAX_SAFE_INTEGER };
    const request = { reader: 'soak', counted, badEvery: 0, soakSeconds: minutes * 60 } satisfies ReaderRequest;
    const stop = new AbortController();
    const looks = runProgram<readonly MemoryLook[]>(new URL('reader-process.ts', import.meta.url), request).finally(() => stop.abort());
    const sent = produce(log, topic, stop.signal);
    for (const look of await looks) console.log(lineOf(look));
    await sent;
  } finally {
    await log.close();
    await kafka.remove();
  }
}

async function produce(log: MessageLog, topic: string, signal: AbortSignal): Promise<void> {
  const producer = await log.producer({ clientId: 'bench-soak' });
  const startMs = performance.now();
  for (let first = 0; !signal.aborted;) {
    const trades = Math.floor(((performance.now() - startMs) * PER_SECOND) / 1000) - first;
    const messages = messagesOf(tradeFetch({ ...SERIES, perSecond: PER_SECOND, first, trades }));
    await producer.send(messages.map((value) => ({ topic, value })));
    first += trades;
    await wait(TICK_MS);
  }
  await producer.close();
}

/** What the program's process does meanwhile: looks at its memory. */
export async function lookFor(seconds: number, tradesSoFar: () => number): Promise<readonly MemoryLook[]> {
  const looks: MemoryLook[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    await wait(LOOK_MS);
    looks.push(lookAtMemory(tradesSoFar()));
  }
  return looks;
}
