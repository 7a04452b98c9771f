import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType, Value } from '../types/column-type.ts';
import type { Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import { EXPRESSION_TEXT } from './test-support/random-expression.ts';
import { COLUMNS, ROW } from './test-support/random-rows.ts';
import { RULE_COLUMNS, RULE_ROW, RULE_TEXT } from './test-support/random-rule.ts';
import { answers, scannerColumn, type Answers } from './test-support/scanner-row.ts';
import { checked, SMALL_COLUMNS } from './test-support/small-columns.ts';
import { toScannerCode } from './to-scanner-code.ts';

const RUNS = Number(process.env['EXPRESSION_RUNS'] ?? 400);
const SEED = Number(process.env['EXPRESSION_SEED'] ?? 20230130);
/** Rules are quicker made than random expressions. */
const RULES_PER_RUN = 15;

interface Tally {
  rows: number;
  compiled: number;
  answered: number;
}

/** Fails where the code answers and the general function answers otherwise. */
function compareOn(text: string, { code, scanner, general }: Answers, rows: readonly (readonly Value[])[], tally: Tally): void {
  scanner.forEach((answer, index) => {
    const isAnswer = answer !== undefined && answer !== 'not covered';
    tally.rows += 1;
    tally.compiled += answer === 'not covered' ? 0 : 1;
    tally.answered += isAnswer ? 1 : 0;
    if (isAnswer && answer !== general[index]) {
      throw new Error(
        `${text}\nrow ${JSON.stringify(rows[index]?.map(String))}\ncode ${answer}\ngeneral ${String(general[index])}\n${code}`,
      );
    }
  });
}

function compareAll(
  texts: fc.Arbitrary<string>,
  row: fc.Arbitrary<readonly Value[]>,
  columns: ReadonlyMap<string, ColumnType>,
  numRuns: number,
): Tally {
  const tally: Tally = { rows: 0, compiled: 0, answered: 0 };
  fc.assert(
    fc.property(texts, fc.array(row, { minLength: 4, maxLength: 12 }), (text, rows) => {
      const parsed = parseExpression(text, columns);
      fc.pre(parsed.ok);
      compareOn(text, answers(parsed.expression, columns, rows), rows, tally);
    }),
    { numRuns, seed: SEED, endOnFailure: true, maxSkipsPerRun: 1000 },
  );
  return tally;
}

describe('the scanner code', () => {
  it('gives the answer of the general function, or none, on rules and rows like those of specs', () => {
    const tally = compareAll(RULE_TEXT, RULE_ROW, RULE_COLUMNS, RUNS * RULES_PER_RUN);
    expect(tally.compiled / tally.rows).toBeGreaterThan(0.95);
    expect(tally.answered / tally.rows).toBeGreaterThan(0.8);
  }, 300_000);

  it('gives the answer of the general function, or none, on random expressions of every function', () => {
    const condition = fc.oneof(
      EXPRESSION_TEXT,
      fc.tuple(EXPRESSION_TEXT, fc.constantFrom('=', '<', '<='), EXPRESSION_TEXT).map((parts) => parts.join(' ')),
      EXPRESSION_TEXT.map((text) => `(${text}) is null`),
    );
    const tally = compareAll(condition, ROW, COLUMNS, RUNS);
    expect(tally.answered / tally.rows).toBeGreaterThan(0.1);
  }, 300_000);
});

const WIDE: ColumnType = { kind: 'DECIMAL', precision: 19, scale: 0 };
const WIDE_COLUMNS = new Map(['a', 'b', 'c', 'd'].map((name) => [name, WIDE]));
/** Numbers of so many bits that their products fill all of a double and twice that. */
const FACTOR = fc.integer({ min: 1, max: 53 }).chain((bits) => fc.bigInt({ min: 1n - 2n ** BigInt(bits), max: 2n ** BigInt(bits) - 1n }));
const NEAR = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.tuple(fc.constantFrom(31n, 32n, 33n, 40n, 52n), fc.bigInt({ min: -2n, max: 2n })).map(([bits, by]) => by * 2n ** bits),
);

describe('products that a double holds rounded', () => {
  const forms: readonly (readonly [left: string, value: (a: bigint, b: bigint, c: bigint, d: bigint) => bigint])[] = [
    ['a * b', (a, b) => a * b],
    ['a * b + c', (a, b, c) => a * b + c],
    ['a * b - c * d', (a, b, c, d) => a * b - c * d],
    ['-(a * b - c)', (a, b, c) => c - a * b],
    ['abs(a * b + c - b * a)', (_a, _b, c) => (c < 0n ? -c : c)],
    ['abs(a * b - c * d)', (a, b, c, d) => (a * b < c * d ? c * d - a * b : a * b - c * d)],
  ];

  it('are told from numbers beside them', () => {
    const tally: Tally = { rows: 0, compiled: 0, answered: 0 };
    const form = fc.constantFrom(...forms);
    const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
    fc.assert(
      fc.property(form, operator, fc.tuple(FACTOR, FACTOR, FACTOR, FACTOR), NEAR, fc.boolean(), ([left, value], sign, row, near, same) => {
        // With the same factors twice a difference of products is zero.
        const [a, b, c, d] = same ? [row[0], row[1], row[1], row[0]] : row;
        const text = `${left} ${sign} ${value(a, b, c, d) + near}`;
        const parsed = parseExpression(text, WIDE_COLUMNS);
        fc.pre(parsed.ok);
        compareOn(text, answers(parsed.expression, WIDE_COLUMNS, [[a, b, c, d]]), [[a, b, c, d]], tally);
      }),
      { numRuns: RUNS * 10, seed: SEED },
    );
    expect(tally.answered / tally.rows).toBeGreaterThan(0.8);
  });
});

describe('the source', () => {
  const certain = {
    column: (name: string) => ({
      ...scannerColumn(name, SMALL_COLUMNS.get(name) ?? { kind: 'BYTES' as const }),
      isNull: 'false',
      isAscii: 'true',
    }),
    currentTimestamp: 0n,
  };

  it('is one comparison where a column is never NULL and always known', () => {
    expect(toScannerCode(checked('m >= 0.5'), certain)).toBe('(m_n >= 500)');
    expect(toScannerCode(checked("s = 'BUY'"), certain)).toBe('(s_t === "BUY")');
    expect(toScannerCode(checked('length(s) = 12'), certain)).toBe('(s_t.length === 12)');
    expect(toScannerCode(checked('a is not null'), certain)).toBe('true');
  });

  it('holds texts of the spec as string literals only', () => {
    const text = '"+process.exit()+`${0}`\\\u2028\u2029\n';
    const code = toScannerCode(checked(`s = '${text}'`), certain);
    expect(code).toBe('(s_t === "\\"+process.exit()+`${0}`\\\\\\u2028\\u2029\\n")');
  });

  it('is not given for a column that the scanner does not have, nor where it would be long', () => {
    expect(toScannerCode(checked('a = 1'), { column: () => null, currentTimestamp: 0n })).toBeNull();
    const list = Array.from({ length: 2000 }, (_, index) => String(index)).join(', ');
    expect(toScannerCode(checked(`a in (${list})`), certain)).toBeNull();
  });

  it('asks only whether a column is NULL of a type that it does not compare', () => {
    const expression: Expression = {
      kind: 'call',
      type: { kind: 'BOOL' },
      function: 'is null',
      arguments: [{ kind: 'column', type: { kind: 'JSON' }, name: 'j' }],
    };
    const column = { number: null, isNull: 'j_isNull', text: null };
    expect(toScannerCode(expression, { column: () => column, currentTimestamp: 0n })).toBe('j_isNull');
  });
});
