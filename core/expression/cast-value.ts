/**
 * What cast(x as T) gives for a value, and which casts there are. Shared by the constant folding and the JavaScript back
 * end; the SQL back ends give the same. A text that is not of the type, and a number too large for it, is an error.
 */
import { MarketsError } from '../errors/markets-error.ts';
import { joinMicros, MICROS_PER_DAY, splitMicros } from '../types/calendar.ts';
import type { ColumnType, TypeKind, Value } from '../types/column-type.ts';
import { fitsPrecision, parseDecimal, rescaleRounded } from '../types/decimal.ts';
import { printValue } from '../types/print-value.ts';
import { readValue } from '../types/read-value.ts';
import { INT64_MAX, INT64_MIN } from '../types/scalar-readers.ts';
import { printType } from '../types/type-text.ts';
import { isCastText } from './cast-texts.ts';

/** from -> the kinds it can be cast to (its own kind besides). */
const CASTS: Readonly<Record<TypeKind, readonly TypeKind[]>> = {
  STRING: ['INT64', 'DECIMAL', 'BOOL', 'DATE', 'TIME', 'DATETIME', 'TIMESTAMP'],
  INT64: ['STRING', 'DECIMAL', 'FLOAT64', 'BOOL'],
  DECIMAL: ['STRING', 'INT64'],
  FLOAT64: ['DECIMAL'],
  BOOL: ['STRING', 'INT64'],
  DATE: ['STRING', 'DATETIME', 'TIMESTAMP'],
  TIME: ['STRING'],
  DATETIME: ['STRING', 'DATE', 'TIME', 'TIMESTAMP'],
  TIMESTAMP: ['STRING', 'DATE', 'TIME', 'DATETIME'],
  JSON: ['STRING'],
  BYTES: [],
};

export function canCast(from: ColumnType, to: ColumnType): boolean {
  return from.kind === to.kind || CASTS[from.kind].includes(to.kind);
}

export function evaluationError(message: string): MarketsError {
  return new MarketsError('EXPRESSION_EVALUATION', message);
}

/** Fails with EXPRESSION_EVALUATION where the value has no form in the type. */
export function castValue(from: ColumnType, to: ColumnType, value: Value): Value {
  if (value === null || (from.kind === to.kind && from.kind !== 'DECIMAL')) {
    return value;
  }
  switch (to.kind) {
    case 'STRING':
      return printValue(from, value);
    case 'DECIMAL':
      return castToDecimal(from, to, value);
    case 'INT64':
      return castToInt64(from, value);
    case 'FLOAT64':
      return from.kind === 'STRING' ? readAs(to, value) : Number(value);
    case 'BOOL':
      return from.kind === 'STRING' ? readAs(to, value) : value !== 0n;
    default:
      return from.kind === 'STRING' ? readAs(to, value) : castTemporal(from.kind, to.kind, value);
  }
}

function readAs(to: ColumnType, value: Value): Value {
  const text = String(value);
  const reading = readValue(to, text);
  if (!reading.ok || !isCastText(to.kind, text)) {
    throw evaluationError(`A text is cast to ${printType(to)} that is not one.`);
  }
  return reading.value;
}

/** The number that a text or a float stands for, exactly: of a float the shortest decimal that reads back as it. */
function castToDecimal(from: ColumnType, to: Extract<ColumnType, { kind: 'DECIMAL' }>, value: Value): bigint {
  let digits: bigint;
  let scale = 0;
  if (from.kind === 'DECIMAL' || from.kind === 'INT64') {
    digits = BigInt(String(value));
    scale = from.kind === 'DECIMAL' ? from.scale : 0;
  } else {
    // Below 38 decimals a float is zero; its exponent alone would be refused as too long.
    const text = typeof value === 'number' && Math.abs(value) < 1e-50 ? '0' : String(value);
    const written = parseDecimal(text);
    if (written === undefined || (from.kind === 'STRING' && !isCastText('DECIMAL', text))) {
      throw evaluationError(`A value is cast to ${printType(to)} that is no number of that size.`);
    }
    ({ digits, scale } = written);
  }
  const result = rescaleRounded(digits, scale, to.scale);
  if (!fitsPrecision(result, to.precision)) {
    throw evaluationError(`A number is too large for ${printType(to)}.`);
  }
  return result;
}

function castToInt64(from: ColumnType, value: Value): Value {
  if (from.kind === 'STRING') {
    return readAs({ kind: 'INT64' }, value);
  }
  if (from.kind === 'BOOL') {
    return value === true ? 1n : 0n;
  }
  const result = rescaleRounded(BigInt(String(value)), from.kind === 'DECIMAL' ? from.scale : 0, 0);
  if (result < INT64_MIN || result > INT64_MAX) {
    throw evaluationError('A number is too large for INT64.');
  }
  return result;
}

function castTemporal(from: TypeKind, to: TypeKind, value: Value): Value {
  if (typeof value === 'number') {
    return joinMicros(value, 0);
  }
  if (to === 'DATE' || to === 'TIME') {
    const { day, microsOfDay } = splitMicros(typeof value === 'bigint' ? value : 0n);
    return to === 'DATE' ? day : microsOfDay % MICROS_PER_DAY;
  }
  // DATETIME and TIMESTAMP are the same number: a DATETIME is taken as UTC.
  return from === to ? value : value;
}
