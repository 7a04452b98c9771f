import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputColumns } from '../output-columns.ts';
import { readRowGroup } from '../test-support/comparison/read-row-group.ts';
import { judgeRows, judgeWhole } from '../test-support/judge-range.ts';
import { AMOUNT, INT64, specOf } from '../test-support/spec-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refused-rows-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('CSV rows that a scanner passes over', () => {
  const schema = [
    { name: 'id', nullable: false, allowed_values: ['a', 'b'] },
    { name: 'price', type: AMOUNT },
    { name: 'count', type: INT64 },
    { name: 'at', type: { kind: 'TIMESTAMP' } as const },
    { name: 'open', type: { kind: 'BOOL' } as const },
  ];
  const spec = specOf({ schema, source: { format: 'csv' } });
  const head = 'id,price,count,at,open\n';
  const good = 'a,1.5,7,2023-01-30T06:00:00Z,true\n';

  test('are judged where they stand: bad numbers, bad texts, bad quotes, and rows that are good after all', () => {
    const bad = ['a,x,7,,true', 'c,1.5,7,,true', 'a,1.5,7', 'a,"left open,7,,true', ',,,,', 'a,1,1,"x"y,true', 'c,x,7,,'];
    const rows = bad.map((line) => `${good.repeat(3)}${line}\n`).join('');
    const { good: taken, bad: refused, result } = judgeWhole(folder, spec, `${head}${rows}${good}a,1,1,1850-01-30T06:00:00Z,true\n${good}`);
    expect([taken, refused]).toEqual([bad.length * 3 + 3, bad.length]);
    expect(result.counts.firstBad.map(({ record, line }) => [record, line])).toEqual(bad.map((_, index) => [index * 4 + 4, index * 4 + 4]));
    expect(result.lines).toBe(bad.length * 4 + 3);
  });

  test('leave the rows behind them to the scanner, also where many turn out to be good', () => {
    const old = 'b,1,1,1850-01-30T06:00:00Z,true\n';
    expect(judgeRows(folder, spec, head + `${good.repeat(9)}b,x,1,,\n`.repeat(30))).toEqual({ good: 270, bad: 30, scanned: 270 });
    expect(judgeRows(folder, spec, head + `${good.repeat(9)}${old}`.repeat(30))).toMatchObject({ good: 300, bad: 0 });
  });

  test('give back what the rows between them hold, whichever columns their texts are refused in', () => {
    const mostly = (good: readonly string[], bad: readonly string[]): fc.Arbitrary<string> =>
      fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
    const record = fc.record({
      name: fc.constantFrom('', 'one', 'two', 'three', ' x'),
      kind: mostly(['a', 'b'], ['c']),
      price: mostly(['1.5', '', '7'], ['x']),
      code: mostly(['AA1', 'AA2', 'AA3', 'AA4'], ['A6', 'AA77']),
      wide: mostly(['', 'Société', '"a, b"', 'y'.repeat(40)], ['z'.repeat(41)]),
    });
    const mixed = specOf({
      schema: [
        { name: 'id', nullable: false },
        { name: 'name' },
        { name: 'kind', nullable: false, allowed_values: ['a', 'b'] },
        { name: 'price', type: AMOUNT },
        { name: 'code', nullable: false, pattern: 'AA[0-9]' },
        { name: 'wide', max_length: 40 },
      ],
      source: { format: 'csv' },
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 10, maxLength: 60 }), fc.constantFrom(1, 10, 100), (kinds, times) => {
        const rows = Array.from({ length: kinds.length * times }, (_, row) => ({ id: `id${row}`, ...kinds[(row * 7) % kinds.length]! }));
        const lines = rows.map(({ id, name, kind, price, code, wide }) => `${[id, name, kind, price, code, wide].join(',')}\n`);
        const { good, result } = judgeWhole(folder, mixed, `id,name,kind,price,code,wide\n${lines.join('')}`);
        const kept = rows.filter(
          ({ kind, price, code, wide }) => kind !== 'c' && price !== 'x' && /^AA[0-9]$/.test(code) && wide.length < 41,
        );
        expect(good).toBe(kept.length);
        const { group } = result.records;
        const cells = group === null ? [[], [], [], [], [], []] : readRowGroup(group, outputColumns(mixed), new Map());
        const value = (text: string): string | null => (text === '' ? null : text.replaceAll('"', ''));
        expect([0, 1, 2, 4, 5].map((place) => cells[place])).toEqual([
          kept.map(({ id }) => id),
          kept.map(({ name }) => value(name)),
          kept.map(({ kind }) => kind),
          kept.map(({ code }) => code),
          kept.map(({ wide }) => value(wide)),
        ]);
      }),
      { numRuns: 120 },
    );
  });
});
