import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../types/column-type.ts';
import { bigqueryBaseType, bigqueryType } from '../warehouse/bigquery-type.ts';
import { GoogleSqlAnalyzer } from '../warehouse/test-support/google-sql/analyzer.ts';
import type { Catalog } from '../warehouse/test-support/google-sql/catalog.ts';
import { FUNCTIONS, type FunctionName } from './functions.ts';
import type { Expression } from './expression.ts';
import { parseExpression } from './parse-expression.ts';
import { inJavaScript } from './test-support/answer.ts';
import { bigQuerySql, googleSqlAnswers } from './test-support/google-sql-judge.ts';
import { EXPRESSION_TEXT } from './test-support/random-expression.ts';
import { COLUMN_NAMES, COLUMNS, ROW } from './test-support/random-rows.ts';
import { compileToBigQuerySql } from './to-bigquery-sql.ts';

const RUNS = Number(process.env['EXPRESSION_RUNS'] ?? 500);
const TYPED = Number(process.env['EXPRESSIONS_TYPED'] ?? 4000);
const SEED = Number(process.env['EXPRESSION_SEED'] ?? 20230130);
const CATALOG: Catalog = {
  bank: { raw: { tried: { columns: Object.fromEntries([...COLUMNS].map(([name, type]) => [name, bigqueryType(type)])) } } },
};

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
afterAll(() => analyzer.close());

/** Several expressions in one query: each must have its type. */
async function expectTypes(expressions: readonly Expression[]): Promise<void> {
  const sql = `SELECT ${expressions.map((each, n) => `${bigQuerySql(each)} AS c${n}`).join(',\n')} FROM bank.raw.tried`;
  const analysis = await analyzer.analyze(sql, CATALOG);
  if (!analysis.ok) throw new Error(`${analysis.message}\n${sql.split('\n')[analysis.line - 1] ?? ''}`);
  expect(analysis.columns).toEqual(expressions.map(({ type }, n) => ({ name: `c${n}`, type: bigqueryBaseType(type) })));
}

function functionsOf(expression: Expression): readonly FunctionName[] {
  switch (expression.kind) {
    case 'call':
      return [expression.function, ...expression.arguments.flatMap(functionsOf)];
    case 'cast':
      return functionsOf(expression.operand);
    case 'case':
      return [
        ...expression.branches.flatMap(({ when, then }) => [when, then]),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ].flatMap(functionsOf);
    default:
      return [];
  }
}

describe('GoogleSQL', () => {
  it('accepts random expressions with every function, each of its type', async () => {
    const expressions = fc.sample(EXPRESSION_TEXT, { numRuns: TYPED, seed: SEED }).flatMap((text) => {
      const parsed = parseExpression(text, COLUMNS);
      return parsed.ok ? [parsed.expression] : [];
    });
    expect(expressions.length).toBeGreaterThan(TYPED / 2);
    const used = new Set(expressions.flatMap(functionsOf));
    expect((Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => !used.has(name))).toEqual([]);
    for (let at = 0; at < expressions.length; at += 50) await expectTypes(expressions.slice(at, at + 50));
  }, 300_000);

  it('gives the answers and the errors of JavaScript on random expressions and rows, by the reference implementation', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(EXPRESSION_TEXT, fc.array(ROW, { minLength: 1, maxLength: 12 }), async (text, rows) => {
        const parsed = parseExpression(text, COLUMNS);
        fc.pre(parsed.ok);
        const here = inJavaScript(parsed.expression, rows);
        const there = await googleSqlAnswers(analyzer, parsed.expression, rows);
        const differing = here.findIndex((answer, index) => answer !== there[index]);
        if (differing >= 0) {
          const row = JSON.stringify(rows[differing]?.map(String));
          throw new Error(
            `${text}\nrow ${row}\nJavaScript ${here[differing]}\nGoogleSQL ${there[differing]}\n${bigQuerySql(parsed.expression)}`,
          );
        }
        tried += 1;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(RUNS / 2);
  }, 300_000);

  it('gives the answers of JavaScript where a number would be rounded twice, or a text is longer than any number', async () => {
    const row = (name: string, value: Value): readonly Value[] => COLUMN_NAMES.map((each) => (each === name ? value : null));
    const floats = [
      0.1234567890123455, 4.9999999999999999e-22, 1.4999999999999998e-21, 5e-324, 1e22, 3e38, -9.4999999999999982e-23, 1e18, 123.456,
    ];
    const texts = [
      '0.4' + '9'.repeat(60),
      '-0.5',
      '0'.repeat(150) + '7.5',
      '1.' + '0'.repeat(90) + '1',
      '9'.repeat(39),
      '2023-01-30T06:00:00-17:59',
      '+'.concat('9'.repeat(19)),
    ];
    const casts = ['NUMERIC', 'NUMERIC(20,0)', 'BIGNUMERIC(38,38)', 'BIGNUMERIC(38,30)', 'BIGNUMERIC(20,15)', 'BIGNUMERIC'];
    const cases = [
      ...casts.map((type) => [`cast(f as ${type})`, floats.map((value) => row('f', value))] as const),
      ...[...casts, 'INT64', 'TIMESTAMP'].map((type) => [`cast(s as ${type})`, texts.map((value) => row('s', value))] as const),
    ];
    for (const [text, rows] of cases) {
      const parsed = parseExpression(text, COLUMNS);
      if (!parsed.ok) throw new Error(parsed.problem.message);
      expect(await googleSqlAnswers(analyzer, parsed.expression, rows), text).toEqual(inJavaScript(parsed.expression, rows));
    }
  });

  it.each([
    ["'it''s a \\ ' || s", "('it\\'s a \\\\ ' || `s`)"],
    ['i - -3', '(`i` - (-3))'],
    ['p * q', 'CAST(CAST(`p` AS BIGNUMERIC) * `q` AS BIGNUMERIC(38, 13))'],
    ['q + 1', "(`q` + NUMERIC '1')"],
    ["s like 'a%\\'", "(`s` LIKE REPLACE('a%\\\\', '\\\\', '\\\\\\\\'))"],
    ['extract(hour from z)', "EXTRACT(HOUR FROM `z` AT TIME ZONE 'UTC')"],
    ['cast(d as TIMESTAMP)', "TIMESTAMP(`d`, 'UTC')"],
    ['greatest(i, j)', 'GREATEST(`i`, `j`)'],
  ])('writes %j as %j', (text, expected) => {
    const parsed = parseExpression(text, COLUMNS);
    expect(parsed.ok ? compileToBigQuerySql(parsed.expression) : parsed.problem.message).toBe(expected);
  });
});
