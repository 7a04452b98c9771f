import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lastOfChain } from './chain-end.ts';

it('finds the end of every chain from every start with few questions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), fc.nat(), async (length, start) => {
      let asked = 0;
      const isThere = async (number: number): Promise<boolean> => {
        asked += 1;
        return await Promise.resolve(number <= length);
      };
      expect(await lastOfChain(start % (length + 1), isThere)).toBe(length);
      expect(asked).toBeLessThanOrEqual(42);
    }),
  );
});

it('refuses a store that has every object it is asked for', async () => {
  await expect(lastOfChain(0, async () => await Promise.resolve(true))).rejects.toMatchObject({ code: 'STREAM_STATE' });
});
