/**
 * Random expressions on the BigQuery emulator, many in one query, against JavaScript. It is no oracle: what it is known to answer wrongly is
 * listed by name (test/support/emulator-faults.ts), and only expressions that such a fault touches may differ. The oracle is the reference
 * implementation of GoogleSQL (core/expression/to-bigquery-sql.test.ts); here it is shown that the SQL runs through the protocol.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBigqueryWarehouse } from '../../core/adapters/bigquery/bigquery-warehouse-reader.ts';
import type { Expression } from '../../core/expression/expression.ts';
import { parseExpression } from '../../core/expression/parse-expression.ts';
import { answerOf, inJavaScript, type Answer } from '../../core/expression/test-support/answer.ts';
import { bigQuerySql, queryOver } from '../../core/expression/test-support/google-sql-judge.ts';
import { EXPRESSION_TEXT } from '../../core/expression/test-support/random-expression.ts';
import { COLUMNS, ROW } from '../../core/expression/test-support/random-rows.ts';
import type { WarehouseColumn, WarehouseReader, WarehouseRow } from '../../core/ports/warehouse-reader.ts';
import { BQEMULATOR, startBigqueryEmulator, type BigqueryEmulator } from '../servers/bigquery.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { emulatorOptions, runStatements } from '../support/bigquery.ts';
import { EMULATOR_FAULTS } from '../support/emulator-faults.ts';

const SEED = Number(process.env['EXPRESSION_SEED'] ?? 20230130);
const EXPRESSIONS = Number(process.env['EXPRESSION_RUNS'] ?? 400);
const IN_ONE_QUERY = 20;
const FAILING_TRIED = 40;
const ROWS = fc.sample(ROW, { numRuns: 12, seed: SEED });

interface Case {
  readonly text: string;
  readonly expression: Expression;
  readonly wanted: readonly Answer[];
}

const CASES = fc.sample(EXPRESSION_TEXT, { numRuns: EXPRESSIONS, seed: SEED }).flatMap((text): Case[] => {
  const parsed = parseExpression(text, COLUMNS);
  return parsed.ok ? [{ text, expression: parsed.expression, wanted: inJavaScript(parsed.expression, ROWS) }] : [];
});

serverOrSkip(BQEMULATOR, 'Expressions on the BigQuery emulator', () => {
  let emulator: BigqueryEmulator;
  let reader: WarehouseReader;
  beforeAll(async () => {
    emulator = await startBigqueryEmulator();
    reader = openBigqueryWarehouse(emulatorOptions(emulator));
    await runStatements(emulator, ['create schema t', `create table t.tried as ${queryOver(ROWS, '*').replace(/ ORDER BY n$/, '')}`]);
  });
  afterAll(async () => {
    reader.close();
    await emulator.stop();
  });

  async function rowsOf(sql: string): Promise<{ readonly columns: readonly WarehouseColumn[]; readonly rows: readonly WarehouseRow[] }> {
    const { columns, batches } = await reader.query(sql);
    const rows: WarehouseRow[] = [];
    for await (const batch of batches) rows.push(...batch);
    return { columns, rows };
  }

  /** The cases that are answered otherwise than wanted; a query that fails is cut in two until the one that fails is alone. */
  async function differing(cases: readonly Case[]): Promise<readonly string[]> {
    let answer: Awaited<ReturnType<typeof rowsOf>>;
    try {
      const list = cases.map(({ expression }, n) => `${bigQuerySql(expression)} AS c${n}`).join(', ');
      answer = await rowsOf(`SELECT ${list} FROM t.tried ORDER BY n`);
    } catch (error) {
      const [only, ...others] = cases;
      if (only !== undefined && others.length === 0) return unexplained(only, error instanceof Error ? error.message : 'an error');
      const half = cases.length >> 1;
      return [...(await differing(cases.slice(0, half))), ...(await differing(cases.slice(half)))];
    }
    return cases.flatMap((each, n) => {
      const found = answer.rows.map((row) => answerIn(each.expression, answer.columns[n], row[n]));
      const at = found.findIndex((value, row) => value !== each.wanted[row]);
      return at < 0 ? [] : unexplained(each, `${found[at] ?? 'nothing'} for ${each.wanted[at] ?? 'nothing'}`);
    });
  }

  function unexplained({ text, expression }: Case, found: string): readonly string[] {
    return EMULATOR_FAULTS.some(({ applies }) => applies(expression)) ? [] : [`${text}: ${found}\n${bigQuerySql(expression)}`];
  }

  test('are answered as in JavaScript, known faults of the emulator excepted', async () => {
    const cases = CASES.filter(({ wanted }) => !wanted.includes('error'));
    const plain = cases.filter(({ expression }) => !EMULATOR_FAULTS.some(({ applies }) => applies(expression)));
    expect(plain.length).toBeGreaterThan(EXPRESSIONS / 3);
    const found: string[] = [];
    for (let at = 0; at < cases.length; at += IN_ONE_QUERY) found.push(...(await differing(cases.slice(at, at + IN_ONE_QUERY))));
    expect(found).toEqual([]);
  });

  test('fail where they fail in JavaScript', async () => {
    const failing = CASES.filter(({ wanted }) => wanted.includes('error')).slice(0, FAILING_TRIED);
    const found: string[] = [];
    for (const each of failing) {
      const sql = `SELECT ${bigQuerySql(each.expression)} FROM t.tried WHERE n = ${each.wanted.indexOf('error')}`;
      const answer = await rowsOf(sql).catch(() => 'error' as const);
      if (answer !== 'error') found.push(...unexplained(each, 'a value for an error'));
    }
    expect(failing.length).toBeGreaterThan(FAILING_TRIED / 4);
    expect(found).toEqual([]);
  });

  test.each(EMULATOR_FAULTS.map(({ name, shownBy }) => [name, shownBy] as const))(
    'the emulator still has this fault: %s',
    async (_, shownBy) => {
      const answer = await rowsOf(`SELECT ${shownBy} FROM t.tried WHERE n = 0`).catch(() => 'error' as const);
      expect(answer === 'error' ? false : answer.rows[0]?.[0]).not.toBe(true);
    },
  );
});

/** A decimal at the scale of its expression's type, where it fits that. */
function answerIn({ type }: Expression, column: WarehouseColumn | undefined, value: WarehouseRow[number] = null): Answer {
  if (Array.isArray(value)) return 'a list';
  const plain = value as Exclude<typeof value, readonly unknown[]>;
  if (type.kind !== 'DECIMAL' || column?.type.kind !== 'DECIMAL' || typeof plain !== 'bigint') return answerOf(plain);
  const [unit, isFiner] = [10n ** BigInt(Math.abs(column.type.scale - type.scale)), column.type.scale > type.scale];
  if (!isFiner) return answerOf(plain * unit);
  return plain % unit === 0n ? answerOf(plain / unit) : `${plain} at scale ${column.type.scale}`;
}
