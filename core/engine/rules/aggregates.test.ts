import { expect, test } from 'vitest';
import { parseExpression } from '../../expression/parse-expression.ts';
import type { Aggregate, SourceSpec } from '../../spec/source-spec.ts';
import { INT64, specOf } from '../test-support/spec-of.ts';
import { Aggregation, mayAggregateApart } from './aggregates.ts';

const SCHEMA = [
  { name: 'n', type: INT64 },
  { name: 'x', type: { kind: 'FLOAT64' as const } },
];

function aggregate(wanted: Aggregate['function'], column: string): Aggregate {
  const parsed = parseExpression(column, new Map(SCHEMA.map(({ name, type }) => [name, type])));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return { function: wanted, argument: parsed.expression, type: parsed.expression.type };
}

function specWith(wanted: Aggregate): SourceSpec {
  const condition = { kind: 'literal', type: { kind: 'BOOL' }, value: true } as const;
  const check = { kind: 'aggregate', expression: condition, aggregates: [wanted] } as const;
  return specOf({
    schema: SCHEMA,
    validation: { file_level: [{ rule: 'r', severity: 'error', code: null, description: null, check }] },
  });
}

test('only a sum of FLOAT64 needs its values in one order', () => {
  expect(mayAggregateApart(specWith(aggregate('sum', 'x')))).toBe(false);
  for (const each of [aggregate('sum', 'n'), aggregate('max', 'x'), aggregate('count_distinct', 'x')]) {
    expect(mayAggregateApart(specWith(each))).toBe(true);
  }
});

function overTwoRanges(wanted: Aggregate, first: readonly (bigint | null)[], second: readonly (bigint | null)[]): unknown {
  const context = { spec: specWith(wanted), now: 0n, seed: Int32Array.of(1, 2, 3, 4) };
  const range = new Aggregation(wanted, 'range', { ...context, distinct: null });
  const whole = new Aggregation(wanted, 'whole', { ...context, distinct: { folder: '', maxKeysInMemory: 1000 } });
  for (const values of [first, second]) {
    for (const value of values) range.add([value, null]);
    whole.merge(range.take());
  }
  return whole.result();
}

test('what two ranges give is merged to what the file gives', () => {
  const first = [2n, 2n, null, 5n];
  const second = [5n, 9n, 2n];
  const results = (['count', 'count_distinct', 'sum', 'min', 'max'] as const).map((each) =>
    overTwoRanges(aggregate(each, 'n'), first, second),
  );
  expect(results).toEqual([6n, 3n, 25n, 2n, 9n]);
});

test('a range without values changes nothing', () => {
  const results = (['count', 'count_distinct', 'sum', 'min', 'max'] as const).map((each) =>
    overTwoRanges(aggregate(each, 'n'), [3n], [null]),
  );
  expect(results).toEqual([1n, 1n, 3n, 3n, 3n]);
  expect(overTwoRanges(aggregate('sum', 'n'), [null], [])).toBeNull();
});
