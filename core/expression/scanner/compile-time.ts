/** Dates and times: whole days and microseconds, before 1970 negative. */
import { FIRST_DAY, FIRST_MICROS, LAST_DAY, MICROS_PER_DAY } from '../../types/calendar.ts';
import { notCovered, numberOperand, type Call, type Code, type NumberCode } from './code.ts';
import { belowExact, DAY_BOUND, exactCode, exactly, limited, sumCode, timesConstant } from './number-code.ts';
import { allOf, anyOf, type Source } from './source.ts';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;

export function compileTime(call: Call, operands: readonly Code[]): NumberCode {
  const a = numberOperand(operands, 0);
  switch (call.function) {
    case 'date':
      return dayOf(a);
    case 'date_diff':
      return sumCode(a, numberOperand(operands, 1), '-');
    case 'date_add':
      return dateAdd(a, numberOperand(operands, 1));
    case 'extract_hour':
      return unitOf(a, MICROS_PER_HOUR, 24);
    case 'extract_minute':
      return unitOf(a, MICROS_PER_MINUTE, 60);
    case 'extract_second':
      return unitOf(a, MICROS_PER_SECOND, 60);
    case 'timestamp_seconds':
      return moment(timesConstant(a, 1_000_000n));
    case 'timestamp_millis':
      return moment(timesConstant(a, 1000n));
    case 'timestamp_micros':
      return moment(a);
    default:
      return notCovered(call.function);
  }
}

export function dayOf(a: NumberCode): NumberCode {
  const micros = belowExact(a);
  return derived(micros, `Math.floor(${micros.value} / ${MICROS_PER_DAY})`, DAY_BOUND);
}

export function microsOfDay(a: NumberCode): NumberCode {
  const micros = belowExact(a);
  const { value } = micros;
  return derived(micros, `(${value} - ${MICROS_PER_DAY} * Math.floor(${value} / ${MICROS_PER_DAY}))`, MICROS_PER_DAY);
}

/** How many whole units there are since the last time that `count` of them were full. */
function unitOf(a: NumberCode, unit: number, count: number): NumberCode {
  const micros = belowExact(a);
  const { value } = micros;
  return derived(micros, `(Math.floor(${value} / ${unit}) - ${count} * Math.floor(${value} / ${unit * count}))`, count);
}

function derived(a: NumberCode, value: Source, bound: number): NumberCode {
  const { mayBeUnknown, isNull, safe, sound } = a;
  return exactCode(value, bound, { mayBeUnknown, isNull, safe, sound });
}

/** Outside years 1 to 9999 it fails; inside, the sum is small and exact. */
function dateAdd(a: NumberCode, b: NumberCode): NumberCode {
  const sum = sumCode(a, exactly(b), '+');
  const fits = `(${sum.value} >= ${FIRST_DAY} && ${sum.value} <= ${LAST_DAY})`;
  return exactCode(sum.value, DAY_BOUND, {
    mayBeUnknown: sum.mayBeUnknown,
    isNull: sum.isNull,
    safe: allOf(sum.safe, anyOf(sum.isNull, fits)),
    sound: allOf(sum.sound, fits),
  });
}

/** The first moment is nearer to 1970 than the last: within its distance on both sides nothing fails. */
function moment(micros: NumberCode): NumberCode {
  return limited(micros, -FIRST_MICROS);
}
