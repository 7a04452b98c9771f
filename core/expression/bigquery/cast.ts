/** Casts in GoogleSQL, with the meaning of cast-value.ts: the zone is always named, since a project can have another default. */
import type { ColumnType } from '../../types/column-type.ts';
import { bigqueryText } from '../../warehouse/bigquery-text.ts';
import { bigqueryBaseType, bigqueryType } from '../../warehouse/bigquery-type.ts';
import { CAST_TEXTS } from '../cast-texts.ts';
import { errorSql, type SqlScope } from '../sql-scope.ts';
import { floatToDecimal } from './float-to-decimal.ts';

export const TO_LOWER = `'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'`;
type Decimal = Extract<ColumnType, { kind: 'DECIMAL' }>;

export function castSql(from: ColumnType, to: ColumnType, sql: string, scope: SqlScope): string {
  if (from.kind === 'STRING' && to.kind !== 'STRING') {
    return scope.bind(sql, (text) => castText(to, text, scope));
  }
  switch (to.kind) {
    case 'STRING':
      return castToText(from, sql, scope);
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      return from.kind === 'TIMESTAMP' ? `${to.kind}(${sql}, 'UTC')` : `CAST(${sql} AS ${to.kind})`;
    case 'TIMESTAMP':
      return from.kind === 'TIMESTAMP' ? sql : `TIMESTAMP(${sql}, 'UTC')`;
    case 'BOOL':
      return from.kind === 'INT64' ? `(${sql} <> 0)` : sql;
    case 'DECIMAL':
      return from.kind === 'FLOAT64' ? floatToDecimal(to, sql, scope) : castDecimal(from, to, sql);
    default:
      return `CAST(${sql} AS ${bigqueryBaseType(to)})`;
  }
}

/** What has more digits is rounded half away from zero or refused; what fits as it is only changes its type. */
function castDecimal(from: ColumnType, to: Decimal, sql: string): string {
  const fits = from.kind === 'DECIMAL' && to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  if (!fits) return `CAST(${sql} AS ${bigqueryType(to)})`;
  return bigqueryBaseType(from) === bigqueryBaseType(to) ? sql : `CAST(${sql} AS ${bigqueryType(to)})`;
}

function castToText(from: ColumnType, sql: string, scope: SqlScope): string {
  switch (from.kind) {
    case 'STRING':
    case 'JSON':
      return sql;
    case 'TIME':
      return clockText(sql);
    case 'DATETIME':
      return scope.bind(sql, (moment) => momentText(`CAST(${moment} AS DATE)`, `CAST(${moment} AS TIME)`));
    case 'TIMESTAMP':
      return scope.bind(sql, (moment) => `(${momentText(`DATE(${moment}, 'UTC')`, `TIME(${moment}, 'UTC')`)} || 'Z')`);
    default:
      return `CAST(${sql} AS STRING)`;
  }
}

function clockText(time: string): string {
  return `FORMAT_TIME('%H:%M:%E6S', ${time})`;
}

/** The year with four digits, which %Y has not. */
function momentText(date: string, time: string): string {
  return `(CAST(${date} AS STRING) || 'T' || ${clockText(time)})`;
}

function castText(to: ColumnType, text: string, scope: SqlScope): string {
  const error = errorSql(`a text is cast to ${to.kind} that is not one`);
  if (to.kind === 'BOOL') {
    const word = `TRANSLATE(${text}, ${TO_LOWER})`;
    return (
      `CASE WHEN ${text} IS NULL THEN NULL WHEN ${word} IN ('true', 't', 'yes', 'y', '1') THEN TRUE ` +
      `WHEN ${word} IN ('false', 'f', 'no', 'n', '0') THEN FALSE ELSE ${error} END`
    );
  }
  const pattern = bigqueryText(`^(?:${CAST_TEXTS[to.kind] ?? ''})$`);
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN REGEXP_CONTAINS(${text}, ${pattern}) THEN ${checkedText(to, text, scope)} ELSE ${error} END`;
}

function checkedText(to: ColumnType, text: string, scope: SqlScope): string {
  switch (to.kind) {
    case 'DECIMAL':
      return `CAST(CAST(${leadingDigits(to, text)} AS BIGNUMERIC) AS ${bigqueryType(to)})`;
    case 'TIMESTAMP':
      return scope.bind(`REGEXP_EXTRACT(${text}, '([+-][0-9]{2}:[0-9]{2})$')`, (offset) => zonedMoment(text, offset));
    default:
      return `CAST(${text} AS ${to.kind})`;
  }
}

/** Half away from zero is told by the first digit that is left out: more of them would be rounded twice. */
function leadingDigits(to: Decimal, text: string): string {
  return `REGEXP_EXTRACT(${text}, '^[+-]?[0-9]*(?:[.][0-9]{0,${to.scale + 1}})?')`;
}

/** BigQuery itself takes offsets to 14 hours only. */
function zonedMoment(text: string, offset: string): string {
  const local = `CAST(REGEXP_REPLACE(${text}, '(?:Z|[+-][0-9]{2}:[0-9]{2})$', '') AS DATETIME)`;
  const minutes = `(CAST(SUBSTR(${offset}, 2, 2) AS INT64) * 60 + CAST(SUBSTR(${offset}, 5, 2) AS INT64))`;
  const ahead = `COALESCE(${minutes} * CASE WHEN STARTS_WITH(${offset}, '-') THEN -1 ELSE 1 END, 0)`;
  return `TIMESTAMP_MICROS(UNIX_MICROS(TIMESTAMP(${local}, 'UTC')) - ${ahead} * 60000000)`;
}
