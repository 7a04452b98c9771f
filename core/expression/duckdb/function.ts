/** The catalogue's functions in DuckDB SQL. */
import { FIRST_DAY, LAST_DAY } from '../../types/calendar.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import type { Expression } from '../expression.ts';
import { FUNCTIONS } from '../functions.ts';
import { momentSql, TO_LOWER, wallClock } from './cast.ts';
import { bindOnce, errorSql, type SqlScope } from '../sql-scope.ts';

export type Call = Extract<Expression, { kind: 'call' }>;

export function functionSql(call: Call, scope: SqlScope): string {
  switch (FUNCTIONS[call.function].group) {
    case 'comparison':
    case 'logic':
      return conditionSql(call, scope);
    case 'arithmetic':
      return arithmeticSql(call, scope);
    case 'text':
      return textSql(call, scope);
    case 'time':
      return timeSql(call, scope);
    case 'choice':
      return choiceSql(call, scope);
  }
}

/** The operands' SQL; a checked call has those that its function takes. */
function operandsOf(call: Call, scope: SqlScope): readonly [string, string, string, ...string[]] {
  const [a = '', b = '', c = '', ...others] = call.arguments.map((argument) => scope.sql(argument));
  return [a, b, c, ...others];
}

function conditionSql(call: Call, scope: SqlScope): string {
  const [a, b] = operandsOf(call, scope);
  switch (call.function) {
    case 'is null':
    case 'is true':
    case 'is false':
      return `(${a} ${call.function.toUpperCase()})`;
    case 'not':
      return `(NOT ${a})`;
    case 'between':
      return bindAll(call.arguments, scope, ([x = '', low = '', high = '']) => `(${x} BETWEEN ${low} AND ${high})`);
    case 'in':
      return bindAll(call.arguments, scope, ([x = '', ...list]) => `(${x} IN (${list.join(', ')}))`);
    default:
      return `(${a} ${call.function.toUpperCase()} ${b})`;
  }
}

function arithmeticSql(call: Call, scope: SqlScope): string {
  const [a, b] = operandsOf(call, scope);
  const type = duckdbType(call.type);
  switch (call.function) {
    case '+':
    case '-':
      return call.type.kind === 'INT64' ? kept(call, `${a} ${call.function} ${b}`) : `CAST(${a} ${call.function} ${b} AS ${type})`;
    case '*':
      return productSql(call, a, b);
    case 'mod':
      return call.type.kind === 'INT64'
        ? `CAST(CAST(${a} AS HUGEINT) % NULLIF(CAST(${b} AS HUGEINT), 0) AS BIGINT)`
        : `CAST(${a} % NULLIF(${b}, 0) AS ${type})`;
    case 'div':
      return divSql(call, scope);
    case 'negate':
      return `(-${a})`;
    case 'abs':
      return `abs(${a})`;
    default:
      return roundSql(call, a);
  }
}

/** DuckDB multiplies short decimals in 64 bits, and overflows: one in 128 bits makes it wide enough. */
function productSql(call: Call, a: string, b: string): string {
  const left = call.arguments[0]?.type;
  if (left?.kind !== 'DECIMAL') {
    return kept(call, `${a} * ${b}`);
  }
  return `CAST(CAST(${a} AS DECIMAL(38, ${left.scale})) * ${b} AS ${duckdbType(call.type)})`;
}

/**
 * DuckDB moves a constant of whole-number arithmetic over a comparison (i + 3 = 10 becomes i = 7), and then an overflow is
 * not seen: within a list the sum stays where it is.
 */
function kept(call: Call, sql: string): string {
  return call.arguments.some(({ kind }) => kind === 'literal') ? `[${sql}][1]` : `(${sql})`;
}

function roundSql(call: Call, a: string): string {
  const from = call.arguments[0]?.type;
  const keeps = from?.kind !== 'DECIMAL' || call.type.kind !== 'DECIMAL' || call.type.scale >= from.scale;
  if (keeps) {
    return a;
  }
  return call.function === 'round' ? `CAST(${a} AS ${duckdbType(call.type)})` : `CAST(${call.function}(${a}) AS ${duckdbType(call.type)})`;
}

/** Division of whole numbers of 128 bits, one away from zero where twice the rest reaches the divisor. */
function divSql(call: Call, scope: SqlScope): string {
  const scale = call.type.kind === 'DECIMAL' ? call.type.scale : 0;
  const [a, b] = operandsOf(call, scope);
  const whole = (sql: string): string => `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  return scope.bind(whole(a), (n) =>
    scope.bind(`NULLIF(${whole(b)}, 0)`, (d) => {
      const away = `CASE WHEN (${n} < 0) = (${d} < 0) THEN 1 ELSE -1 END`;
      const rounding = `CASE WHEN abs(${n} % ${d}) >= abs(${d}) - abs(${n} % ${d}) THEN ${away} ELSE 0 END`;
      const quotient = `CAST(${n} // ${d} + ${rounding} AS DECIMAL(38, 0))`;
      return scale === 0
        ? quotient
        : `CAST(${quotient} * CAST('0.${'1'.padStart(scale, '0')}' AS DECIMAL(${scale}, ${scale})) AS DECIMAL(38, ${scale}))`;
    }),
  );
}

const TO_UPPER = `'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'`;
const BLANKS = `' ' || chr(9) || chr(10) || chr(13)`;

function textSql(call: Call, scope: SqlScope): string {
  const [a, b, c] = operandsOf(call, scope);
  switch (call.function) {
    case 'concat':
      return `(${call.arguments.map((argument) => scope.sql(argument)).join(' || ')})`;
    case 'upper':
      return `translate(${a}, ${TO_UPPER})`;
    case 'lower':
      return `translate(${a}, ${TO_LOWER})`;
    case 'trim':
    case 'ltrim':
    case 'rtrim':
      return `${call.function}(${a}, ${BLANKS})`;
    case 'substr':
      return substrSql(call, scope);
    case 'replace':
      return `replace(${a}, ${b}, ${c})`;
    case 'lpad':
    case 'rpad':
      return `${call.function}(${a}, CAST(${b} AS INTEGER), ${c})`;
    case 'length':
      return `length(${a})`;
    default:
      return `${call.function}(${a}, ${b})`;
  }
}

/** Places beyond this are all the same: no text is that long. */
const PLACE_MAX = 1_000_000_000;

function substrSql(call: Call, scope: SqlScope): string {
  const [text, start, length] = call.arguments;
  const clamped = (expression: Expression, least: number): string =>
    bindOnce(expression, scope, (n) => `CASE WHEN ${n} < ${least} THEN ${least} WHEN ${n} > ${PLACE_MAX} THEN ${PLACE_MAX} ELSE ${n} END`);
  const parts = [text === undefined ? '' : scope.sql(text), start === undefined ? '' : clamped(start, 1)];
  return `substr(${[...parts, ...(length === undefined ? [] : [clamped(length, 0)])].join(', ')})`;
}

const PARTS: Readonly<Record<string, string>> = {
  extract_year: 'year',
  extract_month: 'month',
  extract_day: 'day',
  extract_hour: 'hour',
  extract_minute: 'minute',
  extract_second: 'second',
};
const MICROS: Readonly<Record<string, number>> = { timestamp_seconds: 1_000_000, timestamp_millis: 1000, timestamp_micros: 1 };

function timeSql(call: Call, scope: SqlScope): string {
  const [a, b] = operandsOf(call, scope);
  const type = call.arguments[0]?.type ?? call.type;
  const part = PARTS[call.function];
  if (part !== undefined) {
    return `date_part('${part}', ${wallClock(type, a)})`;
  }
  switch (call.function) {
    case 'date':
      return `CAST(${wallClock(type, a)} AS DATE)`;
    case 'date_diff':
      return `date_diff('day', ${b}, ${a})`;
    case 'date_add':
      return scope.bind(`CAST(date_diff('day', DATE '1970-01-01', ${a}) AS HUGEINT) + ${b}`, (day) => {
        const result = `DATE '1970-01-01' + CAST(${day} AS INTEGER)`;
        const error = errorSql('a date is outside years 1 to 9999');
        return `CASE WHEN ${day} IS NULL THEN NULL WHEN ${day} BETWEEN ${FIRST_DAY} AND ${LAST_DAY} THEN ${result} ELSE ${error} END`;
      });
    default:
      return scope.bind(`CAST(${a} AS HUGEINT) * ${MICROS[call.function] ?? 1}`, momentSql);
  }
}

function choiceSql(call: Call, scope: SqlScope): string {
  switch (call.function) {
    case 'coalesce':
      return `coalesce(${call.arguments.map((argument) => scope.sql(argument)).join(', ')})`;
    case 'nullif':
      return bindAll(call.arguments, scope, (names) => `nullif(${names.join(', ')})`);
    default:
      // DuckDB's own least and greatest pass over NULL.
      return bindAll(call.arguments, scope, (names) => {
        const isNull = names.map((name) => `${name} IS NULL`).join(' OR ');
        return `CASE WHEN ${isNull} THEN NULL ELSE ${call.function}(${names.join(', ')}) END`;
      });
  }
}

/** All operands computed before the body: what DuckDB would leave out, and an error in it with it, is computed too. */
function bindAll(operands: readonly Expression[], scope: SqlScope, body: (names: readonly string[]) => string): string {
  const next = (names: readonly string[], rest: readonly Expression[]): string => {
    const [first, ...others] = rest;
    return first === undefined ? body(names) : bindOnce(first, scope, (name) => next([...names, name], others));
  };
  return next([], operands);
}
