/** Casts in DuckDB SQL, with the meaning of cast-value.ts: nothing depends on the session's time zone. */
import type { ColumnType } from '../../types/column-type.ts';
import { FIRST_MICROS, LAST_MICROS } from '../../types/calendar.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import { sqlText } from '../../warehouse/sql-text.ts';
import { CAST_TEXTS } from '../cast-texts.ts';
import { errorSql, type SqlScope } from '../sql-scope.ts';

export const TO_LOWER = `'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'`;
const ISO_FORMAT = '%Y-%m-%dT%H:%M:%S.%f';

export function castSql(from: ColumnType, to: ColumnType, sql: string, scope: SqlScope): string {
  if (from.kind === 'STRING' && to.kind !== 'STRING') {
    return scope.bind(sql, (text) => castText(to, text, scope));
  }
  switch (to.kind) {
    case 'STRING':
      return castToText(from, sql);
    case 'DATE':
    case 'TIME':
      return `CAST(${wallClock(from, sql)} AS ${to.kind})`;
    case 'DATETIME':
      return `CAST(${wallClock(from, sql)} AS TIMESTAMP)`;
    case 'TIMESTAMP':
      return from.kind === 'TIMESTAMP' ? sql : `make_timestamptz(epoch_us(CAST(${sql} AS TIMESTAMP)))`;
    case 'BOOL':
      return from.kind === 'INT64' ? `(${sql} <> 0)` : sql;
    case 'DECIMAL':
      return from.kind === 'FLOAT64' ? scope.bind(sql, (value) => floatToDecimal(to, value)) : `CAST(${sql} AS ${duckdbType(to)})`;
    default:
      return `CAST(${sql} AS ${duckdbType(to)})`;
  }
}

/**
 * A float goes by its shortest decimal, not by its binary value. What rounds to zero is told apart first, because DuckDB
 * rounds a text such as 8.4e-20 by its first digit.
 */
function floatToDecimal(to: Extract<ColumnType, { kind: 'DECIMAL' }>, value: string): string {
  const half = `CAST('5e-${to.scale + 1}' AS DOUBLE)`;
  return `CASE WHEN abs(${value}) < ${half} THEN 0 ELSE CAST(CAST(${value} AS VARCHAR) AS ${duckdbType(to)}) END`;
}

/** A moment as the wall clock of UTC; other types as they are. */
export function wallClock(type: ColumnType, sql: string): string {
  return type.kind === 'TIMESTAMP' ? `make_timestamp(epoch_us(${sql}))` : sql;
}

function castToText(from: ColumnType, sql: string): string {
  switch (from.kind) {
    case 'DECIMAL':
      return decimalText(from, sql);
    case 'TIME':
      return `strftime(DATE '1970-01-01' + ${sql}, '%H:%M:%S.%f')`;
    case 'DATETIME':
      return `strftime(${sql}, '${ISO_FORMAT}')`;
    case 'TIMESTAMP':
      return `strftime(${wallClock(from, sql)}, '${ISO_FORMAT}Z')`;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** Shortest: a digit before the mark, no zeros at the end, no mark at the end. */
function decimalText(type: Extract<ColumnType, { kind: 'DECIMAL' }>, sql: string): string {
  const text = `CAST(${sql} AS VARCHAR)`;
  if (type.scale === 0) {
    return text;
  }
  const whole = type.precision > type.scale ? text : String.raw`regexp_replace(${text}, '^(-?)[.]', '\10.')`;
  return `regexp_replace(${whole}, '[.]?0+$', '')`;
}

function castText(to: ColumnType, text: string, scope: SqlScope): string {
  const error = errorSql(`a text is cast to ${to.kind} that is not one`);
  if (to.kind === 'BOOL') {
    const word = `translate(${text}, ${TO_LOWER})`;
    return (
      `CASE WHEN ${text} IS NULL THEN NULL WHEN ${word} IN ('true', 't', 'yes', 'y', '1') THEN TRUE ` +
      `WHEN ${word} IN ('false', 'f', 'no', 'n', '0') THEN FALSE ELSE ${error} END`
    );
  }
  const pattern = sqlText(CAST_TEXTS[to.kind] ?? '');
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${pattern}) THEN ${checkedText(to, text, scope)} ELSE ${error} END`;
}

function checkedText(to: ColumnType, text: string, scope: SqlScope): string {
  switch (to.kind) {
    case 'DATE':
    case 'DATETIME': {
      const error = errorSql('a date is outside years 1 to 9999');
      return `CASE WHEN starts_with(${text}, '0000') THEN ${error} ELSE CAST(${text} AS ${duckdbType(to)}) END`;
    }
    case 'TIMESTAMP': {
      const zoned = `CASE WHEN regexp_matches(${text}, '(Z|[+-][0-9]{2}:[0-9]{2})$') THEN ${text} ELSE ${text} || 'Z' END`;
      return scope.bind(`epoch_us(CAST(${zoned} AS TIMESTAMPTZ))`, momentSql);
    }
    default:
      return `CAST(${text} AS ${duckdbType(to)})`;
  }
}

/** Microseconds since 1970 as a TIMESTAMP, an error outside years 1 to 9999. */
export function momentSql(micros: string): string {
  return (
    `CASE WHEN ${micros} IS NULL THEN NULL WHEN ${micros} BETWEEN ${FIRST_MICROS} AND ${LAST_MICROS} ` +
    `THEN make_timestamptz(CAST(${micros} AS BIGINT)) ELSE ${errorSql('a moment is outside years 1 to 9999')} END`
  );
}
