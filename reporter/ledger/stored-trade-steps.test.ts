import { afterEach, beforeEach, expect, test } from 'vitest';
import { stepEndName, stepName } from '../../core/reports/object-names.ts';
import { createTradeSteps } from './stored-trade-steps.ts';
import { eventOf, instanceOf, openBench, stepOf, type LedgerBench } from './test-support/ledger-bench.ts';
import type { StepEnd } from './trade-steps.ts';

let bench: LedgerBench;
beforeEach(async () => {
  bench = await openBench('memory');
});
afterEach(async () => await bench.close());

const ACCEPTED: StepEnd = { state: 'accepted', codes: [], instance: instanceOf(1), at: '2023-01-30T06:00:01.000000Z' };

test('a step belongs to whoever claimed it first, also when it is claimed again', async () => {
  const steps = createTradeSteps(bench.store);
  expect(await steps.claim(stepOf(1))).toBe(true);
  expect(await steps.claim(stepOf(1, 1, instanceOf(2)))).toBe(false);
  expect(await steps.claim(stepOf(1))).toBe(true);
  expect(await steps.read(eventOf(1), 'rts_22')).toEqual([{ step: stepOf(1), end: null }]);
});

test('the next step is claimed when the one in front of it has an end', async () => {
  const steps = createTradeSteps(bench.store);
  await steps.claim(stepOf(1));
  await expect(steps.claim(stepOf(1, 2))).rejects.toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  await steps.end(stepOf(1), ACCEPTED);
  expect(await steps.claim(stepOf(1, 2))).toBe(true);
  expect((await steps.read(eventOf(1), 'rts_22')).map(({ step, end }) => [step.seq, end?.state])).toEqual([
    [1, 'accepted'],
    [2, undefined],
  ]);
});

test('the first end stands: an equal one is nothing, another one is refused', async () => {
  const steps = createTradeSteps(bench.store);
  await steps.claim(stepOf(1));
  await steps.end(stepOf(1), ACCEPTED);
  await steps.end(stepOf(1), { ...ACCEPTED, instance: instanceOf(2) });
  const other = steps.end(stepOf(1), { ...ACCEPTED, state: 'rejected', codes: ['CON-023'] });
  await expect(other).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_CONFLICT' }));
  expect((await steps.read(eventOf(1), 'rts_22'))[0]?.end).toEqual(ACCEPTED);
});

test('a step whose bytes are not those of its hash is not claimed', async () => {
  const steps = createTradeSteps(bench.store);
  await expect(steps.claim({ ...stepOf(1), payload: '<Document/>' })).rejects.toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test.each(['../x', 'rts 22', 'RTS', ''])('the regime %j is no part of a name', async (regime) => {
  await expect(createTradeSteps(bench.store).read(eventOf(1), regime)).rejects.toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test.each([stepName(eventOf(1), 'rts_22', 1), stepEndName(eventOf(1), 'rts_22', 1)])(
  '%s is refused with any byte changed',
  async (name) => {
    const steps = createTradeSteps(bench.store);
    await steps.claim(stepOf(1));
    await steps.end(stepOf(1), ACCEPTED);
    const bytes = await bench.store.read(name);
    for (let at = 0; at < bytes.length - 1; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await bench.store.write(name, changed, { overwrite: true });
      await expect(steps.read(eventOf(1), 'rts_22')).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_DAMAGED' }));
    }
    await bench.store.write(name, bytes.subarray(0, bytes.length / 2), { overwrite: true });
    await expect(steps.read(eventOf(1), 'rts_22')).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_DAMAGED' }));
  },
);

test('a step that is gone in front of another is refused', async () => {
  const steps = createTradeSteps(bench.store);
  await steps.claim(stepOf(1));
  await steps.end(stepOf(1), ACCEPTED);
  await steps.claim(stepOf(1, 2));
  const first = await bench.store.stat(stepName(eventOf(1), 'rts_22', 1));
  await bench.store.delete(first!.name, { generation: first!.generation });
  await expect(steps.read(eventOf(1), 'rts_22')).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_DAMAGED' }));
});
