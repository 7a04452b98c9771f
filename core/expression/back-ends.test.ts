import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckdbType } from '../warehouse/duckdb-type.ts';
import { parseExpression } from './parse-expression.ts';
import { inJavaScript } from './test-support/answer.ts';
import { DuckDbJudge } from './test-support/duckdb-judge.ts';
import { EXPRESSION_TEXT } from './test-support/random-expression.ts';
import { COLUMNS, ROW } from './test-support/random-rows.ts';
import { compileToDuckDbSql } from './to-duckdb-sql.ts';

const NOW_SQL = "TIMESTAMPTZ '2023-01-30 06:00:00.123456+00'";
const RUNS = Number(process.env['EXPRESSION_RUNS'] ?? 400);
const SEED = Number(process.env['EXPRESSION_SEED'] ?? 20230130);

let judge: DuckDbJudge;
beforeAll(async () => {
  judge = await DuckDbJudge.open();
});
afterAll(() => judge.close());

describe('JavaScript and DuckDB', () => {
  it('give the same answers and the same errors on random expressions and rows', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(EXPRESSION_TEXT, fc.array(ROW, { minLength: 1, maxLength: 12 }), async (text, rows) => {
        const parsed = parseExpression(text, COLUMNS);
        fc.pre(parsed.ok);
        const { expression } = parsed;
        await judge.load(rows);
        const sql = compileToDuckDbSql(expression, { currentTimestamp: NOW_SQL });
        const there = await judge.answers(sql, rows.length);
        const here = inJavaScript(expression, rows);
        const differing = here.findIndex((answer, index) => answer !== there[index]);
        if (differing >= 0) {
          throw new Error(
            `${text}\nrow ${JSON.stringify(rows[differing]?.map(String))}\nJavaScript ${here[differing]}\nDuckDB ${there[differing]}\n${sql}`,
          );
        }
        tried += 1;
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    expect(tried).toBeGreaterThan(RUNS / 2);
  }, 300_000);

  it('give SQL of exactly the type of the expression', async () => {
    await judge.load([[...COLUMNS.values()].map(() => null)]);
    for (const text of fc.sample(EXPRESSION_TEXT, { numRuns: 200, seed: SEED })) {
      const parsed = parseExpression(text, COLUMNS);
      if (parsed.ok) {
        const sql = compileToDuckDbSql(parsed.expression, { currentTimestamp: NOW_SQL });
        expect((await judge.type(sql)).replaceAll(' ', ''), text).toBe(duckdbType(parsed.expression.type).replaceAll(' ', ''));
      }
    }
  });
});
