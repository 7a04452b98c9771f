import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrivalOf, PipelineBench, testEvent, type Instance, type TestTrade } from './test-support/pipeline-bench.ts';
import type { Script } from './test-support/scripted-regulator.ts';

/** Versions of a trade in order, some of them not eligible, the last one perhaps a cancellation. */
const trade = fc.record({ eligible: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), isCancelled: fc.boolean() });
type Trade = typeof trade extends fc.Arbitrary<infer T> ? T : never;

function versionsOf({ eligible, isCancelled }: Trade, number: number): readonly TestTrade[] {
  return eligible.map((isEligible, index) => {
    const isLast = index === eligible.length - 1 && index > 0;
    const status = index === 0 ? 'NEW' : isLast && isCancelled ? 'CANCELLED' : 'AMENDED';
    return { trade: `t${number}`, version: index + 1, status, venue: isEligible ? 'XETR' : 'XNYS', price: String(index + 1) };
  });
}

const world = fc.record({
  trades: fc.array(trade, { minLength: 1, maxLength: 3 }),
  /** Which event next, and to which instance. */
  deliveries: fc.array(fc.record({ event: fc.nat(), instance: fc.nat({ max: 2 }) }), { maxLength: 20 }),
  /** An instance is killed at so many of its writes; another takes its place. */
  kills: fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 4 }),
  scripts: fc.array(fc.constantFrom<Script>('accept', 'accept', 'lost', 'pending', 'breaker', 'silent'), { minLength: 1, maxLength: 10 }),
});

async function inOrder(events: readonly TestTrade[]): Promise<readonly string[]> {
  const bench = new PipelineBench();
  const instance = bench.open('only');
  for (const event of events) {
    await instance.pipeline.accept(arrivalOf(event));
    await bench.time.until(() => instance.pipeline.state().events === 0);
  }
  return [...bench.regulator.standing()].sort();
}

it('whatever is delivered in whatever order, and whoever is killed at whichever write, the regulator has in the end what it has after everything came in order', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ trades, deliveries, kills, scripts }) => {
      const bench = new PipelineBench();
      const events = trades.flatMap(versionsOf);
      const writes = new Map<string, number>();
      const limits = [...kills];
      const mortal = new Map<string, number>();
      let opened = 0;
      const open = (): Instance => {
        const instance = bench.open(`i${(opened += 1)}`);
        const limit = limits.pop();
        if (limit !== undefined) mortal.set(instance.name, limit);
        return instance;
      };
      bench.onWrite = (name) => {
        const count = (writes.get(name) ?? 0) + 1;
        writes.set(name, count);
        if (count >= (mortal.get(name) ?? Infinity)) bench.dead.add(name);
      };
      let asked = 0;
      bench.regulator.script = () => scripts[asked++ % scripts.length]!;
      const living = [open(), open(), open()];
      const received = new Set<TestTrade>();
      const deliver = (event: TestTrade, place: number): void => {
        if (bench.dead.has(living[place]!.name)) living[place] = open();
        void living[place]!.pipeline.accept(arrivalOf(event)).then((answer) => answer === 'received' && received.add(event));
      };
      for (const [index, { event, instance }] of deliveries.entries()) {
        deliver(events[event % events.length]!, instance);
        if (index % 4 === 3) await bench.time.pass(1000);
      }
      // The regulator decides and answers from here on; who sent an event without a reply sends it again.
      await bench.time.pass(1000);
      bench.regulator.script = () => 'accept';
      const decide = (): void => {
        for (const booked of bench.regulator.books.values()) if (booked.state === 'pending') booked.state = 'accepted';
      };
      decide();
      for (let round = 0; received.size < events.length; round += 1) {
        expect(round).toBeLessThan(20);
        for (const event of events) if (!received.has(event)) deliver(event, round % 3);
        await bench.time.pass(60_000);
        decide();
      }
      // The last one is never killed.
      limits.length = 0;
      open();
      await bench.time.until(() => {
        decide();
        return bench.unfinished().length === 0;
      });
      expect([...bench.regulator.standing()].sort()).toEqual(await inOrder(events));
      // Every event has its end by name, and no reference was accepted under two steps.
      for (const event of events) expect(bench.kinds(event)).toContain('finished');
      const steps = bench.entries
        .filter(({ entry }) => entry.kind === 'acknowledged')
        .map(({ entry }) => `${entry.reportId} ${JSON.stringify(entry.data)}`);
      const reports = new Set(steps.filter((step) => step.includes('NEWT')).map((step) => step.slice(0, step.indexOf(' '))));
      expect(reports.size).toBe([...bench.regulator.books.keys()].filter((key) => key.endsWith('NEWT')).length);
      expect(events.map((event) => testEvent(event).eventId).length).toBe(new Set(events.map((event) => testEvent(event).eventId)).size);
    }),
    { numRuns: 100 },
  );
});

it('an instance that comes too late with a report tells nothing of it: what another one told of its end stands', async () => {
  const bench = new PipelineBench();
  bench.regulator.script = () => 'reject';
  let release: () => void = () => undefined;
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  let looks = 0;
  bench.onWrite = async (name) => {
    // It stands still once it has received the event: before and behind that write it was asked.
    if (name === 'late' && (looks += 1) > 2) await isReleased;
  };
  const [late, first] = [bench.open('late'), bench.open('first')];
  await late.pipeline.accept(arrivalOf());
  await first.pipeline.accept(arrivalOf());
  await bench.time.until(() => first.pipeline.state().events === 0);
  release();
  await bench.time.until(() => late.pipeline.state().events === 0);
  const told = bench.entries.filter(({ entry }) => entry.reportId !== null).map(({ instance, entry }) => `${instance} ${entry.kind}`);
  expect(told.at(-1)).toBe('first rejected');
});
