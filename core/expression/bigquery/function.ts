/** The catalogue's functions in GoogleSQL, arithmetic excepted. */
import type { Expression } from '../expression.ts';
import { FUNCTIONS } from '../functions.ts';
import type { SqlScope } from '../sql-scope.ts';
import { arithmeticSql } from './arithmetic.ts';
import { TO_LOWER } from './cast.ts';

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
      // BigQuery's own least and greatest are NULL where an argument is, as ours.
      return `${call.function.toUpperCase()}(${operandsOf(call, scope).join(', ')})`;
  }
}

/** The operands' SQL; a checked call has those that its function takes. */
function operandsOf(call: Call, scope: SqlScope): readonly string[] {
  return call.arguments.map((argument) => scope.sql(argument));
}

function conditionSql(call: Call, scope: SqlScope): string {
  const [a = '', b = '', c = ''] = operandsOf(call, scope);
  switch (call.function) {
    case 'is null':
    case 'is true':
    case 'is false':
      return `(${a} ${call.function.toUpperCase()})`;
    case 'not':
      return `(NOT ${a})`;
    case 'between':
      return `(${a} BETWEEN ${b} AND ${c})`;
    case 'in':
      return `(${a} IN (${operandsOf(call, scope).slice(1).join(', ')}))`;
    case 'like':
      return `(${a} LIKE ${likePattern(call, b)})`;
    default:
      return `(${a} ${call.function.toUpperCase()} ${b})`;
  }
}

/** A backslash escapes in BigQuery's patterns, in ours it is itself. */
function likePattern(call: Call, sql: string): string {
  const pattern = call.arguments[1];
  const isPlain = pattern?.kind === 'literal' && typeof pattern.value === 'string' && !pattern.value.includes('\\');
  return isPlain ? sql : String.raw`REPLACE(${sql}, '\\', '\\\\')`;
}

const TO_UPPER = `'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'`;
const BLANKS = String.raw`' \t\n\r'`;
/** Places beyond this are all the same: no text is that long. */
const PLACE_MAX = 1_000_000_000;

function textSql(call: Call, scope: SqlScope): string {
  const operands = operandsOf(call, scope);
  const [a = '', b = ''] = operands;
  switch (call.function) {
    case 'concat':
      return `(${operands.join(' || ')})`;
    case 'upper':
      return `TRANSLATE(${a}, ${TO_UPPER})`;
    case 'lower':
      return `TRANSLATE(${a}, ${TO_LOWER})`;
    case 'trim':
    case 'ltrim':
    case 'rtrim':
      return `${call.function.toUpperCase()}(${a}, ${BLANKS})`;
    case 'substr':
      return `SUBSTR(${[a, ...operands.slice(1).map((sql, index) => place(sql, index === 0 ? 1 : 0))].join(', ')})`;
    case 'contains':
      return `(STRPOS(${a}, ${b}) > 0)`;
    default:
      return `${call.function.toUpperCase()}(${operands.join(', ')})`;
  }
}

function place(sql: string, least: number): string {
  return `LEAST(GREATEST(${sql}, ${least}), ${PLACE_MAX})`;
}

function timeSql(call: Call, scope: SqlScope): string {
  const [a = '', b = ''] = operandsOf(call, scope);
  const isMoment = call.arguments[0]?.type.kind === 'TIMESTAMP';
  const part = /^extract_(.+)$/.exec(call.function)?.[1];
  if (part !== undefined) {
    return `EXTRACT(${part.toUpperCase()} FROM ${a}${isMoment ? ` AT TIME ZONE 'UTC'` : ''})`;
  }
  switch (call.function) {
    case 'date':
      return isMoment ? `DATE(${a}, 'UTC')` : `DATE(${a})`;
    case 'date_diff':
      return `DATE_DIFF(${a}, ${b}, DAY)`;
    case 'date_add':
      return `DATE_ADD(${a}, INTERVAL ${b} DAY)`;
    default:
      return `${call.function.toUpperCase()}(${a})`;
  }
}
