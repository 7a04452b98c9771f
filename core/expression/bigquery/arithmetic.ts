/** Numbers in GoogleSQL. Decimals are exact: nothing is computed in a type that would round it. */
import type { ColumnType } from '../../types/column-type.ts';
import { bigqueryBaseType, bigqueryType } from '../../warehouse/bigquery-type.ts';
import type { SqlScope } from '../sql-scope.ts';
import type { Call } from './function.ts';

const DIGITS_MAX = 38;

export function arithmeticSql(call: Call, scope: SqlScope): string {
  const [a = '', b = ''] = call.arguments.slice(0, 2).map((argument) => scope.sql(argument));
  switch (call.function) {
    case '+':
    case '-':
      return fitting(call.type, `${wide(call, 0, a)} ${call.function} ${b}`);
    case '*':
      return fitting(call.type, `${wide(call, 0, a)} * ${b}`);
    case 'mod':
      return `MOD(${a}, NULLIF(${b}, ${call.type.kind === 'DECIMAL' ? `${bigqueryBaseType(call.type)} '0'` : '0'}))`;
    case 'div':
      return divSql(call, a, b, scope);
    case 'negate':
      return `(- ${a})`;
    case 'abs':
      return `ABS(${a})`;
    default:
      return roundSql(call, a);
  }
}

/** The operand in the wider of its own and the result's type: a product of two NUMERIC would be rounded to 9 decimals. */
function wide(call: Call, index: number, sql: string): string {
  const type = call.arguments[index]?.type;
  const isNarrow = type?.kind === 'DECIMAL' && bigqueryBaseType(type) === 'NUMERIC' && bigqueryBaseType(call.type) === 'BIGNUMERIC';
  return isNarrow ? `CAST(${sql} AS BIGNUMERIC)` : sql;
}

/** A decimal whose 38 digits may not be enough is held to them; whole numbers are by BigQuery itself. */
function fitting(type: ColumnType, sql: string): string {
  return type.kind === 'DECIMAL' && type.precision === DIGITS_MAX ? `CAST(${sql} AS ${bigqueryType(type)})` : `(${sql})`;
}

function roundSql(call: Call, a: string): string {
  const from = call.arguments[0]?.type;
  if (from?.kind !== 'DECIMAL' || call.type.kind !== 'DECIMAL' || call.type.scale >= from.scale) {
    return a;
  }
  const value = wide(call, 0, a);
  const rounded = call.function === 'round' ? `ROUND(${value}, ${call.type.scale})` : `${call.function.toUpperCase()}(${value})`;
  const isWider = bigqueryBaseType(from) === 'BIGNUMERIC' && bigqueryBaseType(call.type) === 'NUMERIC';
  return isWider ? `CAST(${rounded} AS ${bigqueryType(call.type)})` : rounded;
}

/** Division of whole numbers of 38 digits, one away from zero where twice the rest reaches the divisor. */
function divSql(call: Call, a: string, b: string, scope: SqlScope): string {
  const scale = call.type.kind === 'DECIMAL' ? call.type.scale : 0;
  const [from, by] = [call.arguments[0]?.type, call.arguments[1]?.type];
  return scope.bind(whole(from, a), (n) =>
    scope.bind(`NULLIF(${whole(by, b)}, BIGNUMERIC '0')`, (d) => {
      const away = `CASE WHEN (${n} < 0) = (${d} < 0) THEN 1 ELSE -1 END`;
      const rounding = `CASE WHEN ABS(MOD(${n}, ${d})) >= ABS(${d}) - ABS(MOD(${n}, ${d})) THEN ${away} ELSE 0 END`;
      const quotient = `(DIV(${n}, ${d}) + ${rounding})`;
      const scaled = scale === 0 ? quotient : `${quotient} * ${power(-scale)}`;
      return bigqueryBaseType(call.type) === 'NUMERIC' ? `CAST(${scaled} AS ${bigqueryType(call.type)})` : scaled;
    }),
  );
}

/** The digits of a decimal as a whole number. */
function whole(type: ColumnType | undefined, sql: string): string {
  const digits = `CAST(${sql} AS BIGNUMERIC)`;
  const scale = type?.kind === 'DECIMAL' ? type.scale : 0;
  return scale === 0 ? digits : `${digits} * ${power(scale)}`;
}

function power(exponent: number): string {
  return `BIGNUMERIC '${exponent < 0 ? `0.${'1'.padStart(-exponent, '0')}` : `1${'0'.repeat(exponent)}`}'`;
}
