import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedMessageLog } from '../../core/adapters/embedded-bus/embedded-message-log.ts';
import { liveClock } from './market/event-clock.ts';
import { BATCH_MESSAGES_MAX, runSimulation, type MessageSink, type PaceClock } from './run-simulation.ts';
import { createSimulation, type SimulationOptions } from './simulation.ts';
import type { SimulatedMessage } from './simulated-message.ts';
import { fileSink, topicSink, truthFile } from './sinks.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const CLOCK = { startMicros: Date.parse('2026-01-05T08:00:00Z') * 1000, eventsPerSecond: 100 };
const forever = new AbortController().signal;

/** A clock on which only sleeping takes time. */
function steppingClock(): PaceClock {
  let nowMs = 1000;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      await Promise.resolve();
    },
  };
}

function collecting(): MessageSink & { readonly batches: (readonly SimulatedMessage[])[] } {
  const batches: (readonly SimulatedMessage[])[] = [];
  const none = async (): Promise<void> => await Promise.resolve();
  return {
    description: 'a list',
    batches,
    send: async (messages) => {
      batches.push(messages);
      await Promise.resolve();
    },
    close: none,
  };
}

function trades(options: Partial<SimulationOptions> = {}): ReturnType<typeof createSimulation> {
  return createSimulation({ stream: 'trades', seed: 1, clock: CLOCK, ...options });
}

test('at a rate as many messages go out as the time asks for, until it is over', async () => {
  const sink = collecting();
  const pace = { perSecond: 1000, durationMs: 2000 };
  const outcome = await runSimulation({ simulation: trades(), sink, pace, clock: steppingClock(), signal: forever });
  expect(outcome.messages).toBeGreaterThan(1980);
  expect(outcome.messages).toBeLessThanOrEqual(2000);
  expect(Math.max(...sink.batches.map((batch) => batch.length))).toBeLessThanOrEqual(11);
});

test('as fast as possible it goes in bounded batches until the count, or until the signal', async () => {
  const sink = collecting();
  const pace = { perSecond: null, durationMs: null };
  await runSimulation({ simulation: trades({ count: 4500 }), sink, pace, clock: steppingClock(), signal: forever });
  expect(sink.batches.map((batch) => batch.length)).toEqual([BATCH_MESSAGES_MAX, BATCH_MESSAGES_MAX, 500]);
  const stop = new AbortController();
  const stopped = await runSimulation({
    ...{ simulation: trades(), sink: collecting(), pace, clock: steppingClock(), signal: stop.signal },
    sent: async (messages) => {
      if (messages >= 6000) stop.abort();
      await Promise.resolve();
    },
  });
  expect(stopped.messages).toBe(6000);
});

test('a file has a message a line, and the file of truth a fault a line', async () => {
  const [out, truthPath] = [join(folder, 'out.jsonl'), join(folder, 'truth.jsonl')];
  const [sink, truth] = [await fileSink(out), await truthFile(truthPath)];
  const simulation = trades({ count: 500, faults: { negative: 0.1 }, onTruth: truth.add });
  const pace = { perSecond: null, durationMs: null };
  const outcome = await runSimulation({
    simulation,
    sink,
    pace,
    clock: steppingClock(),
    signal: forever,
    sent: async () => await truth.flush(),
  });
  await sink.close();
  await truth.close();
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
  const told = (await readFile(truthPath, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { position: number });
  expect([lines.length, told.length]).toEqual([500, outcome.faults.negative]);
  for (const { position } of told) expect(lines[position]).toContain('"price":-');
});

test('messages of one instrument go into one partition of the log, with the instrument as key', async () => {
  const log = openEmbeddedMessageLog({ folder: join(folder, 'log') });
  await log.createTopic('t', 3);
  const sink = topicSink({ producer: await log.producer({ clientId: 'test' }), topic: 't', description: 't', eventTimestamps: true });
  const pace = { perSecond: null, durationMs: null };
  await runSimulation({ simulation: trades({ count: 600 }), sink, pace, clock: steppingClock(), signal: forever });
  await sink.close();
  const consumer = await log.consumer({ group: 'g', topics: ['t'], clientId: 'c', from: 'earliest' });
  const places = new Map<string, Set<number>>();
  let read = 0;
  while (read < 600) {
    const messages = await consumer.next(AbortSignal.timeout(10_000));
    for (const { key, value, partition, timestampMs } of messages) {
      const record = JSON.parse(Buffer.from(value!).toString()) as { instrument: string; trade_time: string };
      expect(Buffer.from(key!).toString()).toBe(record.instrument);
      expect(timestampMs).toBe(Date.parse(record.trade_time));
      places.set(record.instrument, (places.get(record.instrument) ?? new Set()).add(partition));
    }
    if (messages.length === 0) break;
    read += messages.length;
  }
  await consumer.close();
  await log.close();
  expect(read).toBe(600);
  for (const partitions of places.values()) expect(partitions.size).toBe(1);
});

test('on the live clock event times are now and never go back', () => {
  let now = 5_000_000;
  const clock = liveClock(() => (now += now % 3 === 0 ? -2 : 7));
  const simulation = createSimulation({ stream: 'quotes', seed: 1, clock, count: 200 });
  let before = 0;
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) {
    expect(message.micros).toBeGreaterThanOrEqual(before);
    before = message.micros;
  }
});
