/** Functions on dates and times. */
import { civilFromDays, FIRST_DAY, FIRST_MICROS, LAST_DAY, LAST_MICROS, splitMicros } from '../../types/calendar.ts';
import type { Value } from '../../types/column-type.ts';
import { evaluationError } from '../cast-value.ts';
import type { RowFunction } from '../to-javascript.ts';
import type { Call, Operands } from './compile-function.ts';
import { bigintOf, numberOf, operand, strict1, strict2 } from './operand.ts';

export function compileTime(call: Call, operands: Operands): RowFunction {
  const a = operand(operands, 0);
  const isTime = call.arguments[0]?.type.kind === 'TIME';
  switch (call.function) {
    case 'date':
      return strict1(a, (x) => splitMicros(bigintOf(x)).day);
    case 'date_add':
      return strict2(a, operand(operands, 1), (x, y) => dateAdd(numberOf(x), bigintOf(y)));
    case 'date_diff':
      return strict2(a, operand(operands, 1), (x, y) => BigInt(numberOf(x) - numberOf(y)));
    case 'extract_year':
      return strict1(a, (x) => BigInt(civilFromDays(dayOf(x)).year));
    case 'extract_month':
      return strict1(a, (x) => BigInt(civilFromDays(dayOf(x)).month));
    case 'extract_day':
      return strict1(a, (x) => BigInt(civilFromDays(dayOf(x)).day));
    case 'extract_hour':
      return strict1(a, (x) => BigInt(Math.floor(secondOf(x, isTime) / 3600)));
    case 'extract_minute':
      return strict1(a, (x) => BigInt(Math.floor(secondOf(x, isTime) / 60) % 60));
    case 'extract_second':
      return strict1(a, (x) => BigInt(secondOf(x, isTime) % 60));
    case 'timestamp_seconds':
      return strict1(a, (x) => moment(bigintOf(x) * 1_000_000n));
    case 'timestamp_millis':
      return strict1(a, (x) => moment(bigintOf(x) * 1000n));
    default:
      return strict1(a, (x) => moment(bigintOf(x)));
  }
}

function dayOf(value: Value): number {
  return typeof value === 'bigint' ? splitMicros(value).day : numberOf(value);
}

function secondOf(value: Value, isTime: boolean): number {
  const micros = isTime ? numberOf(value) : splitMicros(bigintOf(value)).microsOfDay;
  return Math.floor(micros / 1_000_000);
}

function dateAdd(day: number, days: bigint): number {
  const result = BigInt(day) + days;
  if (result < FIRST_DAY || result > LAST_DAY) {
    throw evaluationError('A date is outside years 1 to 9999.');
  }
  return Number(result);
}

function moment(micros: bigint): bigint {
  if (micros < FIRST_MICROS || micros > LAST_MICROS) {
    throw evaluationError('A moment is outside years 1 to 9999.');
  }
  return micros;
}
