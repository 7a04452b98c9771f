/** Arithmetic on whole numbers and scaled integers. */
import type { ColumnType } from '../../types/column-type.ts';
import { notCovered, numberOperand, type Call, type Code, type NumberCode } from './code.ts';
import {
  absoluteCode,
  belowExact,
  exactCode,
  EXACT,
  exactly,
  isKnown,
  limited,
  limitOf,
  negativeCode,
  productCode,
  sumCode,
} from './number-code.ts';
import { allOf, anyOf, type Source } from './source.ts';

export function compileArithmetic(call: Call, operands: readonly Code[]): NumberCode {
  const a = numberOperand(operands, 0);
  const isFloat = call.type.kind === 'FLOAT64';
  switch (call.function) {
    case '+':
    case '-':
      return limited(sumCode(a, numberOperand(operands, 1), call.function), limitOf(call.type));
    case '*':
      return limited(productCode(a, numberOperand(operands, 1)), limitOf(call.type));
    case 'negate':
      return isFloat ? negativeCode(a) : limited(negativeCode(a), limitOf(call.type));
    case 'abs':
      return isFloat ? absoluteCode(a) : limited(absoluteCode(a), limitOf(call.type));
    case 'mod':
      return remainder(exactly(a), exactly(numberOperand(operands, 1)));
    case 'round':
    case 'floor':
    case 'ceil': {
      const digits = scaleOf(call.arguments[0]?.type) - scaleOf(call.type);
      return digits <= 0 ? a : rounded(a, digits, call.function);
    }
    default:
      return notCovered(call.function);
  }
}

export function scaleOf(type: ColumnType | undefined): number {
  return type?.kind === 'DECIMAL' ? type.scale : 0;
}

/** NULL for a divisor of zero, which has to be known. */
function remainder(a: NumberCode, b: NumberCode): NumberCode {
  const isNull = anyOf(a.isNull, b.isNull);
  return exactCode(`(${a.value} % ${b.value})`, Math.min(a.bound, b.bound), {
    typeBound: a.typeBound < b.typeBound ? a.typeBound : b.typeBound,
    mayBeUnknown: a.mayBeUnknown || b.mayBeUnknown,
    isNull: anyOf(isNull, isZero(b)),
    safe: allOf(a.safe, b.safe, anyOf(isNull, isKnown(b))),
    sound: allOf(a.sound, b.sound),
  });
}

function isZero({ value }: NumberCode): Source {
  // Nearly every divisor is written out.
  return /^\d+$/.test(value) ? String(Number(value) === 0) : `(${value} === 0)`;
}

/**
 * A scaled integer with so many digits less. The quotient of whole numbers below 2^53 never rounds up to the next whole
 * number, so Math.floor and Math.ceil of it are exact.
 */
export function rounded(a: NumberCode, digits: number, way: 'round' | 'floor' | 'ceil'): NumberCode {
  const unit = 10 ** digits;
  const exact = belowExact(a);
  const addend = way === 'round' ? unit / 2 : 0;
  const bound = EXACT - 1 - addend;
  if (digits > 15) {
    return notCovered('a rounding of many digits');
  }
  const x = exact.value;
  const result =
    way === 'round'
      ? `(${x} < 0 ? -Math.floor((${addend} - ${x}) / ${unit}) : Math.floor((${x} + ${addend}) / ${unit}))`
      : `Math.${way}(${x} / ${unit})`;
  const isBounded = exact.bound <= bound;
  return exactCode(isBounded ? result : `(Math.abs(${x}) <= ${bound} ? ${result} : NaN)`, Math.min(exact.bound, bound) / unit + 1, {
    typeBound: a.typeBound / BigInt(unit) + 2n,
    mayBeUnknown: exact.mayBeUnknown || !isBounded,
    isNull: a.isNull,
    safe: a.safe,
    sound: a.sound,
  });
}
