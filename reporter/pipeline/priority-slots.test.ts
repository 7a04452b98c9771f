import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PrioritySlots } from './priority-slots.ts';

it('starts the nearest deadline first, and of equal ones the first that came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.bigInt({ min: 0n, max: 5n }), { maxLength: 50 }), async (dues) => {
      const slots = new PrioritySlots(1);
      const started: number[] = [];
      let open = (): void => undefined;
      const first = slots.use(0n, async () => await new Promise<void>((resolve) => (open = resolve)));
      const rest = dues.map(
        async (due, index) =>
          await slots.use(due, async () => {
            await Promise.resolve();
            started.push(index);
          }),
      );
      expect(slots.waiting).toBe(dues.length);
      open();
      await Promise.all([first, ...rest]);
      const expected = dues.map((due, index) => ({ due, index })).sort((a, b) => Number(a.due - b.due) || a.index - b.index);
      expect(started).toEqual(expected.map(({ index }) => index));
      expect([slots.waiting, slots.working]).toEqual([0, 0]);
    }),
  );
});

it('never has more at once than slots, also when work fails', async () => {
  const slots = new PrioritySlots(3);
  let working = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from(
      { length: 20 },
      async (_, index) =>
        await slots.use(BigInt(index % 4), async () => {
          working += 1;
          most = Math.max(most, working);
          await new Promise((resolve) => setImmediate(resolve));
          working -= 1;
          if (index % 5 === 0) throw new Error('fault');
        }),
    ),
  );
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  expect(slots.working).toBe(0);
});
