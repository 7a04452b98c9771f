import { describe, expect, it } from 'vitest';
import type { ColumnType, Value } from '../types/column-type.ts';
import { printValue } from '../types/print-value.ts';
import { FUNCTIONS } from './functions.ts';
import { parseCondition, parseExpression } from './parse-expression.ts';
import { callsFunction, referencedColumns } from './referenced-columns.ts';
import { compileToDuckDbSql } from './to-duckdb-sql.ts';
import { compileToJavaScript } from './to-javascript.ts';

const COLUMNS = new Map<string, ColumnType>([
  ['side', { kind: 'STRING' }],
  ['price', { kind: 'DECIMAL', precision: 38, scale: 9 }],
  ['quantity', { kind: 'DECIMAL', precision: 38, scale: 9 }],
  ['notional', { kind: 'DECIMAL', precision: 38, scale: 18 }],
  ['count', { kind: 'INT64' }],
  ['ratio', { kind: 'FLOAT64' }],
  ['trade_time', { kind: 'TIMESTAMP' }],
  ['trade_date', { kind: 'DATE' }],
  ['isin', { kind: 'STRING' }],
]);
const ROW: Readonly<Record<string, Value>> = {
  side: 'BUY',
  price: 101_250_000_000n,
  quantity: 2_000_000_000n,
  notional: null,
  count: 3n,
  ratio: 0.5,
  trade_time: 1_675_058_400_000_000n,
  trade_date: 19_387,
  isin: 'US0378331005',
};
const NAMES = [...COLUMNS.keys()];

/** The printed answer, or the message of what is wrong. */
function evaluate(text: string, row: Readonly<Record<string, Value>> = ROW): string {
  const parsed = parseExpression(text, COLUMNS);
  if (!parsed.ok) {
    return `${parsed.problem.offset}: ${parsed.problem.message}`;
  }
  const run = compileToJavaScript(parsed.expression, {
    column: (name) => NAMES.indexOf(name),
    currentTimestamp: 1_675_058_400_000_000n,
  });
  return String(printValue(parsed.expression.type, run(NAMES.map((name) => row[name] ?? null))));
}

describe('rules as a bank writes them', () => {
  it.each([
    ['price > 0', 'true'],
    ["side in ('BUY','SELL')", 'true'],
    ['trade_time <= current_timestamp()', 'true'],
    ["side <> 'CANCELLED' or notional is not null", 'true'],
    ['length(isin) = 12', 'true'],
    ['quantity * price <= 1e9', 'true'],
    ['quantity * price = 202.5', 'true'],
    ["trade_date >= '2023-01-30' AND trade_date < DATE '2023-01-31'", 'true'],
    ["TIMESTAMP '2023-01-30T07:00:00+01:00' = trade_time", 'true'],
    ['NOT price between 1 and 100', 'true'],
    ["case side when 'BUY' then 1 when 'SELL' then -1 end", '1'],
    ["if(side = 'BUY', quantity, -quantity)", '2'],
    ['div(price, 3, 4)', '33.75'],
    ['div(1, 3, 4)', '0.3333'],
    ['div(-1, 2, 0)', '-1'],
    ['div(1, 0, 2)', 'null'],
    ['round(1.005, 2)', '1.01'],
    ['round(-2.5)', '-3'],
    ['5 % -3', '2'],
    ['ratio > 0.25', 'true'],
    ["'a' || 'b'", 'ab'],
    ['extract(hour from trade_time)', '6'],
    ['date(trade_time) = trade_date', 'true'],
    ["date_diff(trade_date, '2023-01-01', day)", '29'],
    ['cast(1.50 as STRING)', '1.5'],
    ['-9223372036854775808', '-9223372036854775808'],
    ["coalesce(notional, 'x')", '0: BIGNUMERIC and STRING do not go together.'],
  ])('evaluates %s to %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('has three-valued logic', () => {
    expect(evaluate('notional > 0')).toBe('null');
    expect(evaluate('notional > 0 or price > 0')).toBe('true');
    expect(evaluate('notional > 0 and price > 0')).toBe('null');
    expect(evaluate('notional > 0 and price < 0')).toBe('false');
    expect(evaluate('notional in (1, 2)')).toBe('null');
    expect(evaluate('price in (1, null)')).toBe('null');
    expect(evaluate('(notional > 0) is not true')).toBe('true');
    expect(evaluate('greatest(price, notional)')).toBe('null');
  });

  it('compares texts by bytes, not by UTF-16 units', () => {
    expect(evaluate("'\uffee' < '😀'")).toBe('true');
    expect(evaluate("'Z' < 'a'")).toBe('true');
  });

  it('fails on overflow, it never wraps round', () => {
    expect(() => evaluate('count + 9223372036854775807')).toThrow('too large');
    expect(() => evaluate('cast(price as NUMERIC(3,1))')).toThrow('too large');
  });
});

describe('what is wrong is named with its place', () => {
  it.each([
    ['prise > 0', 0, 'There is no column prise.', 'perhaps price'],
    ['price / 2', 6, 'There is no division by /.', 'div(a, b, scale), which states its decimals'],
    ['lenght(side)', 0, 'There is no function lenght.', 'perhaps length'],
    ['price > ', 8, 'The expression does not parse.', 'a value'],
    ["side = 'BUY", 7, 'A quote is not closed.', "a closing '"],
    ['price > 0 price', 10, 'The expression does not parse.', 'an operator or the end'],
    ['length(price) = 1', 7, 'length does not take NUMERIC here.', 'STRING'],
    ["trade_date > '2023-02-30'", 13, "'2023-02-30' is no DATE.", 'a date YYYY-MM-DD'],
    ["side like 'a' escape '!'", 14, 'The expression does not parse.', 'LIKE without ESCAPE'],
    ['sum(price) > 0', 0, 'sum belongs to file-level rules: a row has nothing to add up.', undefined],
    ['cast(side as TEXT)', 13, 'There is no type TEXT.', undefined],
    ['1 = side', 2, 'INT64 and STRING do not go together.', 'operands of one type, or a cast'],
    ['price', 0, 'A condition is needed here.', 'BOOL'],
    ['ratio + 1 > 0', 6, 'FLOAT64 has no +: engines round floats differently.', undefined],
    ["cast('x' as INT64) > 0", 0, "'x' is no INT64.", undefined],
    ['notional * notional > 1', 9, 'The product would have 36 decimals, which leaves 2 digits before them.', undefined],
    [`${'('.repeat(150)}1`, 100, 'The expression is nested too deeply.', undefined],
    ['price > 1x', 9, 'A number is followed by a letter or a second mark.', undefined],
    ['price > #', 8, 'A character that has no meaning here.', undefined],
  ])('%s', (text, offset, message, expected) => {
    const parsed = parseCondition(text, COLUMNS);
    expect(parsed).toMatchObject({ ok: false, problem: { offset, message, ...(expected === undefined ? {} : { expected }) } });
  });
});

describe('SQL', () => {
  function sql(text: string): string {
    const parsed = parseExpression(text, COLUMNS);
    return parsed.ok ? compileToDuckDbSql(parsed.expression) : parsed.problem.message;
  }
  it('holds texts of a spec as literals only', () => {
    expect(sql("side = 'x'' or 1=1 --'")).toBe(`("side" = 'x'' or 1=1 --')`);
  });
  it('keeps decimals exact and comparisons in one type', () => {
    expect(sql('price > 0.5')).toBe(`("price" > CAST('0.5' AS DECIMAL(38, 9)))`);
  });
  it('has no moment of its own', () => {
    expect(() => sql('trade_time < current_timestamp()')).toThrow('no meaning here');
  });
});

describe('a typed expression', () => {
  it('names the columns it reads and the functions it calls', () => {
    const parsed = parseExpression('if(price > 0, quantity, price)', COLUMNS);
    expect(parsed.ok && referencedColumns(parsed.expression)).toEqual(['price', 'quantity']);
    const now = parseExpression('current_date() > trade_date', COLUMNS);
    expect(now.ok && callsFunction(now.expression, 'current_timestamp')).toBe(true);
  });
});

describe('the catalogue', () => {
  it('says of every function what it means and what it gives on NULL', () => {
    for (const [name, { signature, meaning, onNull }] of Object.entries(FUNCTIONS)) {
      expect(
        [signature, meaning, onNull].every((text) => text.length > 1),
        name,
      ).toBe(true);
    }
  });
});
