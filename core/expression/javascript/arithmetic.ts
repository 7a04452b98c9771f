/** Exact arithmetic on whole numbers and scaled integers; too large is an error. FLOAT64 knows sign and rounding only. */
import type { ColumnType } from '../../types/column-type.ts';
import { divideRounded, fitsPrecision, rescaleRounded } from '../../types/decimal.ts';
import { INT64_MAX, INT64_MIN } from '../../types/scalar-readers.ts';
import { evaluationError } from '../cast-value.ts';
import type { RowFunction } from '../to-javascript.ts';
import type { Call, Operands } from './compile-function.ts';
import { bigintOf, operand, strict1, strict2 } from './operand.ts';

export function compileArithmetic(call: Call, operands: Operands): RowFunction {
  const [a, type] = [operand(operands, 0), call.type];
  switch (call.function) {
    case '+':
      return strict2(a, operand(operands, 1), (x, y) => fitting(bigintOf(x) + bigintOf(y), type));
    case '-':
      return strict2(a, operand(operands, 1), (x, y) => fitting(bigintOf(x) - bigintOf(y), type));
    case '*':
      return strict2(a, operand(operands, 1), (x, y) => fitting(bigintOf(x) * bigintOf(y), type));
    case 'mod':
      return strict2(a, operand(operands, 1), (x, y) => (y === 0n ? null : bigintOf(x) % bigintOf(y)));
    case 'div':
      // The type checker brought both to decimals whose difference is the scale of the quotient.
      return strict2(a, operand(operands, 1), (x, y) => (y === 0n ? null : divideRounded(bigintOf(x), bigintOf(y))));
    case 'negate':
      return strict1(a, (x) => (typeof x === 'number' ? 0 - x : fitting(-bigintOf(x), type)));
    case 'abs':
      return strict1(a, (x) => (typeof x === 'number' ? Math.abs(x) : fitting(magnitude(bigintOf(x)), type)));
    default:
      return rounding(call, a);
  }
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function fitting(value: bigint, type: ColumnType): bigint {
  const fits = type.kind === 'DECIMAL' ? fitsPrecision(value, type.precision) : value >= INT64_MIN && value <= INT64_MAX;
  if (!fits) {
    throw evaluationError('The result of a calculation is too large for its type.');
  }
  return value;
}

function scaleOf(type: ColumnType | undefined): number {
  return type?.kind === 'DECIMAL' ? type.scale : 0;
}

function rounding(call: Call, a: RowFunction): RowFunction {
  const [from, to] = [scaleOf(call.arguments[0]?.type), scaleOf(call.type)];
  if (to >= from) {
    return a;
  }
  switch (call.function) {
    case 'floor':
      return strict1(a, (x) => toward(bigintOf(x), from, -1n));
    case 'ceil':
      return strict1(a, (x) => toward(bigintOf(x), from, 1n));
    default:
      return strict1(a, (x) => rescaleRounded(bigintOf(x), from, to));
  }
}

/** The whole number next to a scaled integer in one direction. */
function toward(digits: bigint, scale: number, direction: 1n | -1n): bigint {
  const unit = 10n ** BigInt(scale);
  const [whole, rest] = [digits / unit, digits % unit];
  return rest !== 0n && rest > 0n === direction > 0n ? whole + direction : whole;
}
