import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDecimal } from '../../core/types/decimal.ts';
import type { FaultShares } from './chaos/fault-kind.ts';
import { valueOf } from './chaos/message-members.ts';
import { MICROS_PER_DAY } from './market/event-time.ts';
import { STREAM_KINDS } from './messages/message-writer.ts';
import { createSimulation, type SimulationOptions } from './simulation.ts';
import type { SimulatedMessage, SimulationSummary, Truth } from './simulated-message.ts';

const START_MICROS = Date.parse('2026-01-05T08:00:00Z') * 1000;
const CHAOS: FaultShares = {
  ...{ corrupt: 0.05, duplicate: 0.02, late: 0.02, future: 0.01, negative: 0.01, crossed: 0.01, fat_finger: 0.01, drop: 0.01 },
};

interface Made {
  readonly messages: readonly SimulatedMessage[];
  readonly truth: readonly Truth[];
  readonly summary: SimulationSummary;
}

function make(options: Partial<SimulationOptions> & Pick<SimulationOptions, 'stream'>): Made {
  const truth: Truth[] = [];
  const simulation = createSimulation({
    ...{ seed: 1, clock: { startMicros: START_MICROS, eventsPerSecond: 500 }, count: 5000, onTruth: (each) => truth.push(each) },
    ...options,
  });
  const messages: SimulatedMessage[] = [];
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) messages.push(message);
  return { messages, truth, summary: simulation.summary() };
}

function digest({ messages, truth }: Made): string {
  const hash = createHash('sha256');
  for (const { value } of messages) hash.update(value);
  return hash.update(JSON.stringify(truth)).digest('hex');
}

const textOf = ({ value }: SimulatedMessage): string => value.toString('latin1');

test.each(STREAM_KINDS)('%s: the same seed gives the same bytes and truth, another seed others', (stream) => {
  const seeds = fc.integer({ min: 0, max: 2 ** 48 });
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 40 }), (seed, instruments) => {
      const options = { stream, seed, instruments, count: 600, faults: CHAOS };
      expect(digest(make(options))).toBe(digest(make(options)));
      expect(digest(make({ ...options, seed: seed + 1 }))).not.toBe(digest(make(options)));
    }),
    { numRuns: 10 },
  );
});

test('the bytes of a seed are these, on every machine', () => {
  const digests = STREAM_KINDS.map((stream) => digest(make({ stream, seed: 42, faults: CHAOS })).slice(0, 16));
  expect(digests).toMatchInlineSnapshot(`
    [
      "55cb08498361998d",
      "6cf0a0ac698d402d",
      "ea7608aeeb1b16e8",
      "c75fd95ef8089134",
    ]
  `);
});

test.each(STREAM_KINDS)('%s: sequences of an instrument and session run from 1 without a hole, and times never go back', (stream) => {
  const startMicros = START_MICROS + MICROS_PER_DAY - 11 * 3_600_000_000;
  const { messages } = make({ stream, clock: { startMicros, eventsPerSecond: 0.02 }, instruments: 5, count: 20_000 });
  const next = new Map<string, number>();
  let before = 0;
  for (const { key, session, sequence, micros, ...rest } of messages) {
    const place = `${key} ${session}`;
    expect(sequence).toBe(next.get(place) ?? 1);
    next.set(place, sequence + 1);
    expect(micros).toBeGreaterThanOrEqual(before);
    before = micros;
    const text = textOf({ key, session, sequence, micros, ...rest });
    expect([valueOf(text, 'instrument'), valueOf(text, 'sequence'), valueOf(text, 'session')]).toEqual([
      `"${key}"`,
      String(sequence),
      `"${session}"`,
    ]);
  }
  expect(new Set(messages.map(({ session }) => session)).size).toBeGreaterThan(1);
});

test('every message is JSON, and prices are exact decimals on the grid of their instrument', () => {
  const { messages } = make({ stream: 'trades', instruments: 30 });
  for (const message of messages) {
    const text = textOf(message);
    expect(JSON.parse(text)).toMatchObject({ instrument: message.key, sequence: message.sequence });
    const price = parseDecimal(valueOf(text, 'price'));
    expect(price?.scale).toBeLessThanOrEqual(9);
    expect(price !== undefined && price.digits > 0n).toBe(true);
    if (message.key === 'ESZ6') expect(((price?.digits ?? 1n) * 10n ** BigInt(2 - (price?.scale ?? 0))) % 25n).toBe(0n);
  }
});

test('quotes of a seed stand around its trades: a buyer paid the ask, a seller got the bid', () => {
  const trades = make({ stream: 'trades', count: 2000 }).messages.map(textOf);
  const quotes = make({ stream: 'quotes', count: 4000 }).messages.map(textOf);
  trades.forEach((trade, index) => {
    const quote = quotes[2 * index]!;
    expect(valueOf(quote, 'instrument')).toBe(valueOf(trade, 'instrument'));
    expect(valueOf(quote, valueOf(trade, 'side') === '"BUY"' ? 'ask' : 'bid')).toBe(valueOf(trade, 'price'));
  });
});

test('an order begins as NEW, ends once, and is never filled for more than it asks', () => {
  const { messages } = make({ stream: 'orders', count: 30_000 });
  const orders = new Map<string, { version: number; isOpen: boolean }>();
  for (const message of messages) {
    const text = textOf(message);
    const [id, status] = [valueOf(text, 'order_id'), valueOf(text, 'status')];
    const [version, quantity, filled] = ['version', 'quantity', 'filled_quantity'].map((name) => Number(valueOf(text, name)));
    const known = orders.get(id) ?? { version: 0, isOpen: true };
    expect([known.isOpen, status === '"NEW"', version]).toEqual([true, known.version === 0, known.version + 1]);
    expect(filled).toBeLessThanOrEqual(quantity!);
    orders.set(id, { version: version!, isOpen: status !== '"FILLED"' && status !== '"CANCELLED"' });
  }
  expect([...orders.values()].filter(({ isOpen }) => !isOpen).length).toBeGreaterThan(5000);
});

test('of a firehose 98 % are no trades, and the trades are those of the stream of trades', () => {
  const clock = { startMicros: START_MICROS, eventsPerSecond: 50 };
  const texts = make({ stream: 'firehose', clock, count: 50_000 }).messages.map(textOf);
  const trades = texts.filter((text) => text.startsWith('{"type":"TRADE"'));
  expect(trades).toHaveLength(1000);
  const members = (text: string): readonly string[] =>
    ['instrument', 'price', 'quantity', 'side', 'trade_time'].map((name) => valueOf(text, name));
  expect(trades.map(members)).toEqual(make({ stream: 'trades', clock, count: 1000 }).messages.map(textOf).map(members));
});

test('no day is like another, and large moves come in clusters', () => {
  const days = [0, 1, 2, 3].map((day) =>
    make({
      stream: 'trades',
      clock: { startMicros: START_MICROS + day * MICROS_PER_DAY, eventsPerSecond: 5 },
      instruments: 1,
      count: 20_000,
    }),
  );
  const moves = days.map(({ messages }) => {
    const prices = messages.map((message) => Number(valueOf(textOf(message), 'price')));
    return prices.slice(1).map((price, index) => Math.abs(price / prices[index]! - 1));
  });
  const pace = days.map(({ messages }) => messages.at(-1)!.micros - messages[0]!.micros);
  expect(new Set(pace).size).toBe(4);
  for (const day of moves) expect(correlation(day.slice(0, -1), day.slice(1))).toBeGreaterThan(0.05);
});

function correlation(left: readonly number[], right: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [a, b] = [mean(left), mean(right)];
  const covariance = mean(left.map((value, index) => (value - a) * (right[index]! - b)));
  return covariance / Math.sqrt(mean(left.map((value) => (value - a) ** 2)) * mean(right.map((value) => (value - b) ** 2)));
}
