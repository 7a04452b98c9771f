import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CommittedOffsets } from './committed-offsets.ts';
import { unionRanges, type OffsetRange } from './offset-ranges.ts';

const RUN = fc.tuple(fc.bigInt(0n, 60n), fc.bigInt(0n, 8n)).map(([first, length]): OffsetRange => [first, first + length]);

it('holds exactly what was added, in whatever order, as runs that never touch', () => {
  fc.assert(
    fc.property(fc.array(RUN, { maxLength: 30 }), (runs) => {
      const offsets = new CommittedOffsets();
      for (const run of runs) offsets.addRanges({ topic: 't', partition: 3, ranges: [run] });
      const expected = unionRanges(runs);
      expect(offsets.all()).toEqual(runs.length === 0 ? [] : [{ topic: 't', partition: 3, ranges: expected }]);
      for (let offset = 0n; offset <= 70n; offset += 1n) {
        const isThere = expected.some(([first, last]) => first <= offset && offset <= last);
        expect(offsets.has({ topic: 't', partition: 3, offset })).toBe(isThere);
      }
    }),
  );
});

it('keeps topics and partitions apart and gives them in order', () => {
  const offsets = new CommittedOffsets();
  for (const [topic, partition, offset] of [
    ['b', 0, 1n],
    ['a', 10, 1n],
    ['a', 9, 2n],
    ['a', 9, 3n],
  ] as const)
    offsets.add({ topic, partition, offset });
  expect(offsets.has({ topic: 'a', partition: 10, offset: 2n })).toBe(false);
  expect(offsets.size).toBe(3);
  expect(offsets.all()).toEqual([
    { topic: 'a', partition: 9, ranges: [[2n, 3n]] },
    { topic: 'a', partition: 10, ranges: [[1n, 1n]] },
    { topic: 'b', partition: 0, ranges: [[1n, 1n]] },
  ]);
});
