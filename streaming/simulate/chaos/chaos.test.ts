import { expect, test } from 'vitest';
import { createSimulation, type SimulationOptions } from '../simulation.ts';
import type { SimulatedMessage, Truth } from '../simulated-message.ts';
import { CORRUPTIONS, FAULTS, NO_FAULTS, type Fault } from './fault-kind.ts';
import { HELD_MESSAGES_MAX, HeldMessages } from './held-messages.ts';

const CLOCK = { startMicros: Date.parse('2026-01-05T08:00:00Z') * 1000, eventsPerSecond: 200 };

function make(options: Partial<SimulationOptions>): {
  messages: SimulatedMessage[];
  truth: Truth[];
  simulation: ReturnType<typeof createSimulation>;
} {
  const truth: Truth[] = [];
  const simulation = createSimulation({
    stream: 'trades',
    seed: 3,
    clock: CLOCK,
    count: 20_000,
    onTruth: (each) => truth.push(each),
    ...options,
  });
  const messages: SimulatedMessage[] = [];
  for (let message = simulation.next(); message !== undefined; message = simulation.next()) messages.push(message);
  return { messages, truth, simulation };
}

const only = (fault: Fault, share: number): Partial<SimulationOptions> => ({ faults: { ...NO_FAULTS, [fault]: share } });
const identityOf = ({ key, session, sequence }: SimulatedMessage): string => `${key} ${session} ${String(sequence)}`;

test.each(FAULTS)('%s: the count is kept, and about the wanted share of the messages has the fault', (fault) => {
  const { messages, truth } = make({ ...only(fault, 0.1), stream: 'quotes' });
  expect(messages.map(({ position }) => position)).toEqual(messages.map((_, index) => index));
  expect(messages).toHaveLength(20_000);
  expect(truth.length / 20_000).toBeGreaterThan(0.08);
  expect(truth.length / 20_000).toBeLessThan(0.12);
});

test('what has no fault is what it would be without faults', () => {
  const [plain, faulty] = [make({}), make(only('corrupt', 0.3))];
  for (const { position, value, fault } of faulty.messages) {
    expect(value.equals(plain.messages[position]!.value)).toBe(fault === null);
  }
});

test('corrupt: all eight ways come about equally often', () => {
  const kinds = new Map<string, number>();
  for (const { kind } of make(only('corrupt', 1)).truth) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  expect([...kinds.keys()].sort()).toEqual([...CORRUPTIONS].sort());
  for (const count of kinds.values()) expect(count).toBeGreaterThan(2000);
});

test('drop: the truth names exactly the sequences that are missing', () => {
  const { messages, truth, simulation } = make(only('drop', 0.02));
  const missing = truth.flatMap(({ key, session, sequence, dropped }) =>
    Array.from({ length: dropped! }, (_, index) => `${key} ${session} ${String(sequence + index)}`),
  );
  const there = new Set(messages.map(identityOf));
  expect(missing.some((identity) => there.has(identity))).toBe(false);
  const last = new Map(messages.map(({ key, sequence }) => [key, sequence]));
  expect(there.size + missing.length).toBe([...last.values()].reduce((sum, sequence) => sum + sequence, 0));
  expect(simulation.summary().dropped_sequences).toBe(missing.length);
});

test('duplicate: the same bytes as the message that it repeats, later', () => {
  const { messages, truth } = make(only('duplicate', 0.05));
  expect(truth.length).toBeGreaterThan(500);
  for (const { position, repeats } of truth) {
    expect(repeats).toBeLessThan(position);
    expect(messages[position]!.value.equals(messages[repeats!]!.value)).toBe(true);
  }
  expect(new Set(messages.map(identityOf)).size).toBe(messages.length - truth.length);
});

test('late: each comes when its time is over, and none is lost', () => {
  const { messages, truth } = make(only('late', 0.05));
  let newest = 0;
  for (const { position, micros, sentMicros, fault } of messages) {
    if (fault === null) newest = Math.max(newest, micros);
    else if (position < messages.length - 1000) expect(newest - micros).toBeGreaterThan(0.9 * fault.micros! - 100_000);
    expect(sentMicros - micros).toBe(fault?.micros ?? 0);
  }
  const byKey = Map.groupBy(messages, ({ key }) => key);
  for (const list of byKey.values())
    expect(new Set(list.map(({ sequence }) => sequence)).size).toBe(Math.max(...list.map(({ sequence }) => sequence)));
  expect(truth.length).toBeGreaterThan(500);
});

test('held messages come out in the order in which they are due, and their number is bounded', () => {
  const held = new HeldMessages();
  const message = { key: '', value: Buffer.alloc(0), micros: 0, sentMicros: 0, session: '', sequence: 0, fault: null };
  const due = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 2003);
  for (const dueMicros of due) held.hold({ dueMicros, message });
  expect(Array.from({ length: 2000 }, () => held.takeFirst()?.dueMicros)).toEqual([...due].sort((left, right) => left - right));
  expect([held.takeFirst(), held.firstDueMicros]).toEqual([undefined, Infinity]);
  for (let index = 0; index < HELD_MESSAGES_MAX; index += 1) held.hold({ dueMicros: index, message });
  expect(held.isFull).toBe(true);
});
