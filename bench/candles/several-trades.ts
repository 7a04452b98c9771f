/**
 * Messages of several trades each, one a line. The program takes one record a message; this is what of a message's cost is the message's and not the trade's:
 * every line is scanned, checked and added to the candles as the program does it.
 */
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { newCandles, type BurstState } from './burst.ts';
import type { Counted } from './counted.ts';
import { messagesOf, SERIES, tradeFetch } from './trade-fetch.ts';

const TRADES = 1_000_000;
export const TRADES_A_MESSAGE = 10;
const CHUNK = 10_000;
const TOPIC = 'bench.several';
const NEWLINE = 10;

/** What readSeveral() reads, but for the broker. The first answer is not measured. */
export const SEVERAL = { topic: TOPIC, group: 'several', warmMessages: 0, messages: TRADES / TRADES_A_MESSAGE };

export async function sendSeveral(log: MessageLog): Promise<void> {
  await log.createTopic(TOPIC, 1);
  const producer = await log.producer({ clientId: 'bench-several' });
  for (let first = 0; first < TRADES; first += CHUNK) {
    const messages = messagesOf(tradeFetch({ ...SERIES, perSecond: 50_000, first, trades: CHUNK }));
    const values = Array.from({ length: CHUNK / TRADES_A_MESSAGE }, (_, index) => linesOf(messages, index * TRADES_A_MESSAGE));
    await producer.send(values.map((value) => ({ topic: TOPIC, value })));
  }
  await producer.close();
}

/** Trades a second. */
export async function readSeveral(log: MessageLog, spec: SourceSpec, { topic, group }: Counted): Promise<number> {
  const consumer = await log.consumer({ group, topics: [topic], clientId: 'bench-several', from: 'earliest' });
  const { signal } = new AbortController();
  const state = newCandles(spec);
  takeAll(state, await consumer.next(signal));
  const before = state.candles.counts.trades;
  const startedMs = performance.now();
  while (state.candles.counts.trades < TRADES) takeAll(state, await consumer.next(signal));
  const perSecond = ((TRADES - before) * 1000) / (performance.now() - startedMs);
  await consumer.close();
  return perSecond;
}

function linesOf(messages: readonly Uint8Array[], first: number): Buffer {
  const lines = messages.slice(first, first + TRADES_A_MESSAGE).flatMap((message) => [message, Buffer.of(NEWLINE)]);
  return Buffer.concat(lines);
}

function takeAll({ candles, fast, adder }: BurstState, { bytes, length, places }: MessageRun): void {
  for (let index = 0; index < length; index += 1) {
    const first = (places.offsets[index] as number) * TRADES_A_MESSAGE;
    const to = places.valueTo[index] as number;
    for (let at = places.valueFrom[index] as number, line = 0; at < to; line += 1) {
      const end = bytes.indexOf(NEWLINE, at);
      if (!fast.scan(bytes, at, end)) throw new Error('a good message is not read the fast way');
      adder.add(candles, first + line, Number.POSITIVE_INFINITY);
      at = end + 1;
    }
  }
  adder.flush();
  candles.drain();
}
