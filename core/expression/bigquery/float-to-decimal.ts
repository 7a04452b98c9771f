/**
 * A float goes by its shortest decimal, not by its binary value. BigQuery prints 15 digits, or 17 where they do not read back as the number:
 * of 16 digits it knows nothing, so they are tried by hand.
 */
import type { ColumnType } from '../../types/column-type.ts';
import { bigqueryType } from '../../warehouse/bigquery-type.ts';
import type { SqlScope } from '../sql-scope.ts';

type Decimal = Extract<ColumnType, { kind: 'DECIMAL' }>;

/** With so many decimals the 17 digits of a number that is not rounded to zero lie within the 38 of BIGNUMERIC. */
const SCALE_OF_WHOLE_DIGITS = 20;

export function floatToDecimal(to: Decimal, sql: string, scope: SqlScope): string {
  return scope.bind(sql, (value) => {
    const half = `CAST('5e-${to.scale + 1}' AS FLOAT64)`;
    const digits = to.scale <= SCALE_OF_WHOLE_DIGITS ? `CAST(${shortest(value)} AS BIGNUMERIC)` : shifted(to, value, scope);
    return `CAST(CASE WHEN ABS(${value}) < ${half} THEN BIGNUMERIC '0' ELSE ${digits} END AS ${bigqueryType(to)})`;
  });
}

function shortest(value: string): string {
  const digits = (count: number): string => `FORMAT('%.${count}g', ${value})`;
  const readsBack = (count: number): string => `CAST(${digits(count)} AS FLOAT64) = ${value}`;
  return `CASE WHEN ${readsBack(15)} THEN ${digits(15)} WHEN ${readsBack(16)} THEN ${digits(16)} ELSE ${digits(17)} END`;
}

/** Rounded in front of the mark: 10^20 times the number has all its digits within the 38 of BIGNUMERIC. */
function shifted(to: Decimal, value: string, scope: SqlScope): string {
  const shift = SCALE_OF_WHOLE_DIGITS;
  const rounded = scope.bind(shortest(value), (text) => {
    const mantissa = `REGEXP_EXTRACT(${text}, '^[^e]+')`;
    const exponent = `COALESCE(CAST(REGEXP_EXTRACT(${text}, 'e(.+)$') AS INT64), 0)`;
    const number = `CAST(${mantissa} || 'e' || CAST(${exponent} + ${shift} AS STRING) AS BIGNUMERIC)`;
    return `ROUND(${number}, ${to.scale - shift}) * BIGNUMERIC '1e-${shift}'`;
  });
  return `CASE WHEN ABS(${value}) < 1e18 THEN ${rounded} ELSE CAST(${shortest(value)} AS BIGNUMERIC) END`;
}
