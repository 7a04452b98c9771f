import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { Crash, crashingStore } from '../test-support/crashing-store.ts';
import { endState, MORNING_SPECS, prepareMorning } from '../test-support/eventful-morning.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';

async function countChanges(): Promise<{ changes: number; end: unknown }> {
  const store = await prepareMorning(createMemoryObjectStore());
  const counting = crashingStore(store, Infinity, 'before');
  await laneBench(counting.store).run(MONDAY, MORNING_SPECS);
  return { changes: counting.changes(), end: await endState(laneBench(store)) };
}

test('a run that is killed at any change of the store is finished by the next one: nothing lost, nothing double', async () => {
  const { changes, end } = await countChanges();
  expect(changes).toBeGreaterThan(25);
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= changes; at++) {
      const store = await prepareMorning(createMemoryObjectStore());
      const killed = crashingStore(store, at, when);
      await laneBench(killed.store).run(MONDAY, MORNING_SPECS).catch(expectCrash);
      const lane = laneBench(store);
      const result = await lane.run(MONDAY, MORNING_SPECS);
      expect(result.errors, `${when} ${at}`).toEqual([]);
      expect(await endState(lane), `${when} ${at}`).toEqual(end);
    }
  }
});

test('two runs that are killed one after the other are finished by the third', async () => {
  const { changes, end } = await countChanges();
  for (let at = 3; at <= changes; at += 4) {
    const store = await prepareMorning(createMemoryObjectStore());
    for (const [step, when] of [
      [at, 'after'],
      [Math.ceil(at / 2), 'before'],
    ] as const) {
      await laneBench(crashingStore(store, step, when).store)
        .run(MONDAY, MORNING_SPECS)
        .catch(expectCrash);
    }
    const lane = laneBench(store);
    await lane.run(MONDAY, MORNING_SPECS);
    expect(await endState(lane), String(at)).toEqual(end);
  }
});

function expectCrash(error: unknown): void {
  const causes = [error, isMarketsError(error) ? error.cause : undefined];
  expect(causes.some((cause) => cause instanceof Crash)).toBe(true);
}
