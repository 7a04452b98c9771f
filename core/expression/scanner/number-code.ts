/** Numbers as generated code, and the ring operations that keep them decidable beyond 2^53. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import { FIRST_DAY, LAST_DAY, MICROS_PER_DAY } from '../../types/calendar.ts';
import { notCovered, type NumberCode } from './code.ts';
import { allOf, anyOf, numberLiteral, type Source } from './source.ts';

/** Whole numbers below this are exact in a double. */
export const EXACT = 2 ** 53;
const EXACT_DIGITS = 15;
/** Limits that are compared with rounded numbers are drawn in by this, which is far more than the roundings. */
const LIMIT_MARGIN = 1 - 2 ** -20;
const ROUNDINGS_MAX = 60;

/** A value whose every double is exact, with what is the same for all of them. */
export function exactCode(value: Source, bound: number, rest: Partial<NumberCode> = {}): NumberCode {
  return {
    kind: 'number',
    value,
    magnitude: null,
    bound,
    typeBound: Number.isFinite(bound) ? BigInt(Math.ceil(bound)) + 1n : 0n,
    twos: 0,
    roundings: 0,
    // A sum of two doubles of 53 bits would be rounded.
    residue: bound < 2 ** 31 ? value : `(${value} | 0)`,
    mayBeUnknown: false,
    isNull: 'false',
    safe: 'true',
    sound: 'true',
    ...rest,
  };
}

/** A column's number; `value` is NaN beyond 2^53 where the type reaches so far. */
export function numberColumn(type: ColumnType, value: Source, isNull: Source): NumberCode {
  switch (type.kind) {
    case 'DECIMAL': {
      const typeBound = 10n ** BigInt(type.precision);
      const isSmall = type.precision <= EXACT_DIGITS;
      return exactCode(value, isSmall ? Number(typeBound) : EXACT - 1, { typeBound, mayBeUnknown: !isSmall, isNull });
    }
    case 'INT64':
      return exactCode(value, EXACT - 1, { typeBound: 2n ** 63n + 1n, mayBeUnknown: true, isNull });
    case 'DATETIME':
    case 'TIMESTAMP':
      return exactCode(value, EXACT - 1, { typeBound: BigInt(LAST_DAY + 1) * BigInt(MICROS_PER_DAY), mayBeUnknown: true, isNull });
    case 'DATE':
      return exactCode(value, LAST_DAY, { isNull });
    case 'TIME':
      return exactCode(value, MICROS_PER_DAY, { isNull });
    case 'FLOAT64':
      return exactCode(value, Infinity, { typeBound: 0n, residue: null, mayBeUnknown: true, isNull });
    default:
      return notCovered(type.kind);
  }
}

/** NULL where the value is null. */
export function numberConstant(value: Value): NumberCode {
  if (typeof value === 'bigint') {
    return wholeConstant(value);
  }
  if (typeof value === 'number') {
    // A float's digits; a day or time of day is whole and small.
    const residue = Number.isInteger(value) && Math.abs(value) < EXACT ? numberLiteral(value) : null;
    return exactCode(numberLiteral(value), Math.abs(value), { residue, typeBound: BigInt(Math.ceil(Math.abs(value))) + 1n });
  }
  return value === null ? exactCode('0', 0, { isNull: 'true' }) : notCovered(typeof value);
}

export function wholeConstant(value: bigint): NumberCode {
  const [rounded, size] = [Number(value), value < 0n ? -value : value];
  return exactCode(numberLiteral(rounded), Math.abs(rounded), {
    typeBound: size + 1n,
    magnitude: numberLiteral(Math.abs(rounded)),
    twos: twosOf(value),
    roundings: BigInt(rounded) === value ? 0 : 1,
    residue: numberLiteral(Number(BigInt.asIntN(32, value))),
  });
}

function twosOf(value: bigint): number {
  let twos = 0;
  for (let rest = value; rest !== 0n && rest % 2n === 0n; rest /= 2n) {
    twos += 1;
  }
  return twos;
}

export function magnitudeOf(a: NumberCode): Source {
  return a.magnitude ?? `Math.abs(${a.value})`;
}

/** Whether the value is a known number, as far as that is not certain. */
export function isKnown(a: NumberCode): Source {
  return a.mayBeUnknown ? `(${a.value} === ${a.value})` : 'true';
}

/** Sum, difference or product: NULL when one is, and rounded once more unless it stays small. */
function combined(
  a: NumberCode,
  b: NumberCode,
  own: Pick<NumberCode, 'value' | 'magnitude' | 'bound' | 'typeBound' | 'twos' | 'residue'>,
): NumberCode {
  const isExact = own.bound < 2 ** (EXACT_BITS + own.twos) && a.roundings === 0 && b.roundings === 0;
  const roundings = isExact ? 0 : a.roundings + b.roundings + 1;
  if (a.residue === null || b.residue === null || roundings > ROUNDINGS_MAX) {
    return notCovered('floats or long chains in arithmetic');
  }
  return {
    kind: 'number',
    ...own,
    roundings,
    mayBeUnknown: a.mayBeUnknown || b.mayBeUnknown,
    isNull: anyOf(a.isNull, b.isNull),
    safe: allOf(a.safe, b.safe),
    sound: allOf(a.sound, b.sound),
  };
}

const EXACT_BITS = 53;

export function sumCode(a: NumberCode, b: NumberCode, operator: '+' | '-'): NumberCode {
  return combined(a, b, {
    value: `(${a.value} ${operator} ${b.value})`,
    magnitude: `(${magnitudeOf(a)} + ${magnitudeOf(b)})`,
    bound: a.bound + b.bound,
    typeBound: a.typeBound + b.typeBound,
    twos: Math.min(a.twos, b.twos),
    residue: `(${a.residue ?? ''} ${operator} ${b.residue ?? ''} | 0)`,
  });
}

export function productCode(a: NumberCode, b: NumberCode): NumberCode {
  return combined(a, b, {
    value: `(${a.value} * ${b.value})`,
    magnitude: a.magnitude === null && b.magnitude === null ? null : `(${magnitudeOf(a)} * ${magnitudeOf(b)})`,
    bound: a.bound * b.bound,
    typeBound: a.typeBound * b.typeBound,
    twos: a.twos + b.twos,
    // The product of two residues as doubles would be rounded.
    residue: `Math.imul(${a.residue ?? ''}, ${b.residue ?? ''})`,
  });
}

/** Times a power of ten or another constant that changes the unit and not the meaning. */
export function timesConstant(a: NumberCode, factor: bigint): NumberCode {
  return factor === 1n ? a : productCode(a, wholeConstant(factor));
}

export function negativeCode(a: NumberCode): NumberCode {
  return {
    ...a,
    value: `(-${a.value})`,
    magnitude: a.magnitude,
    residue: a.residue === null ? null : `(-${a.residue} | 0)`,
  };
}

/** Near zero the rounded value does not tell the sign, but there the residue is the value itself. */
export function absoluteCode(a: NumberCode): NumberCode {
  const error = `${magnitudeOf(a)} * ${errorShare(a.roundings)}`;
  const exact = `((${a.value} < 0 ? -${a.residue ?? ''} : ${a.residue ?? ''}) | 0)`;
  const rounded = `((${a.value} > ${error} ? ${a.residue ?? ''} : ${a.value} < -${error} ? -${a.residue ?? ''} : Math.abs(${a.residue ?? ''} | 0)) | 0)`;
  return { ...a, value: `Math.abs(${a.value})`, residue: a.residue === null ? null : a.roundings === 0 ? exact : rounded };
}

/** How much of the magnitude the error can be: a power of two, more than twice what the roundings can do. */
export function errorShare(roundings: number): number {
  return 2 ** (Math.ceil(Math.log2(roundings + 2)) - 52);
}

/** The same number where it is exact, and unknown where it may have been rounded. */
export function exactly(a: NumberCode): NumberCode {
  return a.roundings === 0 ? a : knownBelow(a, 2 ** (EXACT_BITS + a.twos));
}

/** The same number where it is below 2^53, which division needs; unknown elsewhere. */
export function belowExact(a: NumberCode): NumberCode {
  return a.roundings === 0 && a.bound < EXACT ? a : knownBelow(a, EXACT);
}

function knownBelow(a: NumberCode, limit: number): NumberCode {
  return {
    ...a,
    value: `(${magnitudeOf(a)} < ${limit} ? ${a.value} : NaN)`,
    magnitude: null,
    bound: Math.min(a.bound, limit),
    roundings: 0,
    mayBeUnknown: true,
  };
}

/** The result of an operation that fails from `limit` on; a value that is not known may have failed. */
export function limited(a: NumberCode, limit: bigint): NumberCode {
  if (a.typeBound <= limit) {
    return a;
  }
  const drawnIn = Number(limit) * LIMIT_MARGIN;
  if (a.bound <= drawnIn) {
    return { ...a, typeBound: limit, safe: allOf(a.safe, anyOf(a.isNull, isKnown(a))) };
  }
  const fits = `(${magnitudeOf(a)} < ${drawnIn})`;
  return {
    ...a,
    bound: drawnIn,
    typeBound: limit,
    safe: allOf(a.safe, anyOf(a.isNull, fits)),
    sound: allOf(a.sound, fits),
  };
}

export const DAY_BOUND = Math.max(LAST_DAY, -FIRST_DAY);

/** From where on a result of that type is too large. */
export function limitOf(type: ColumnType): bigint {
  return type.kind === 'DECIMAL' ? 10n ** BigInt(type.precision) : 2n ** 63n;
}
