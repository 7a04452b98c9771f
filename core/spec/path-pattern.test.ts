import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPath, parsePathPattern } from './path-pattern.ts';
import { overlapWitness } from './pattern-overlap.ts';

function match(pattern: string, name: string): string | null | undefined {
  const parsed = parsePathPattern(pattern);
  return parsed.ok ? matchPath(parsed.pattern, name)?.businessDate : `refused: ${parsed.message}`;
}
function witness(left: string, right: string): string | undefined {
  const [a, b] = [parsePathPattern(left), parsePathPattern(right)];
  return a.ok && b.ok ? overlapWitness(a.parts, b.parts) : 'refused';
}

describe('a path pattern', () => {
  it.each([
    ['murex/trades_*.xml', 'murex/trades_20230130.xml', null],
    ['murex/trades_*.xml', 'murex/trades_1.xml.gz', null],
    ['murex/trades_*.xml', 'murex/sub/trades_1.xml', undefined],
    ['murex/trades_*.xml', 'murex/trades_1.xml.zst', null],
    ['murex/trades_*.xml', 'murex/trades_1.xml.bz2', undefined],
    ['**/trades.csv', 'trades.csv', null],
    ['**/trades.csv', 'a/b/trades.csv', null],
    ['a/**', 'a/b/c', null],
    ['a/t?.csv', 'a/t1.csv', null],
    ['a/t[0-9].csv', 'a/tx.csv', undefined],
    ['a/t[!0-9].csv', 'a/tx.csv', null],
    ['a/t.csv', 'a/txcsv', undefined],
    ['a/t_{business_date:%Y%m%d}.csv', 'a/t_20230130.csv', '2023-01-30'],
    ['a/t_{business_date:%d-%m-%y}_*.csv', 'a/t_30-01-23_x.csv', '2023-01-30'],
    ['a/t_{business_date:%Y%m%d}.csv', 'a/t_20230230.csv', undefined],
    ['a/{business_date:%Y%m}.csv', 'a/202301.csv', 'refused: The business date is not whole, or is there twice.'],
    ['/a/b.csv', 'x', 'refused: The pattern is no name below landing/.'],
    ['a/../b.csv', 'x', 'refused: The pattern is no name below landing/.'],
    ['landing/a/b.csv', 'x', 'refused: The pattern begins below landing/ as it is.'],
    ['a/{x}.csv', 'x', 'refused: A { that has no meaning.'],
  ])('%s on %s gives %s', (pattern, name, expected) => {
    expect(match(pattern, name)).toBe(expected);
  });
});

describe('two patterns', () => {
  it.each([
    ['a/trades_*.csv', 'a/*_final.csv', true],
    ['a/trades_*.csv', 'a/orders_*.csv', false],
    ['a/*.csv', 'b/*.csv', false],
    ['**/*.csv', 'b/x.csv', true],
    ['a/t_{business_date:%Y%m%d}.csv', 'a/t_2023*.csv', true],
    ['a/t_{business_date:%Y%m%d}.csv', 'a/t_x*.csv', false],
    ['a/[a-c]*.csv', 'a/[d-f]*.csv', false],
  ])('%s and %s overlap: %s, and the witness is matched by both', (left, right, overlaps) => {
    const name = witness(left, right);
    expect(name !== undefined).toBe(overlaps);
    if (name !== undefined) {
      expect([match(left, name), match(right, name)]).not.toContain(undefined);
    }
  });

  it('overlap whenever a random name matches both', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', 'ab', '/');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `x${pieces.join('')}y`);
    const name = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 4 }).map((letters) => `x${letters.join('')}y`);
    fc.assert(
      fc.property(pattern, pattern, name, (left, right, tried) => {
        const both = match(left, tried) === null && match(right, tried) === null;
        expect(!both || witness(left, right) !== undefined).toBe(true);
      }),
    );
  });
});
