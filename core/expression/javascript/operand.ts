/** The operands of a call, by number, and values in the form their type has. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { Value } from '../../types/column-type.ts';
import type { RowFunction } from '../to-javascript.ts';

export function operand(operands: readonly RowFunction[], index: number): RowFunction {
  return operands[index] ?? missing(index);
}

function missing(index: number): never {
  throw new MarketsError('INTERNAL', 'A checked call lacks an operand.', { found: String(index) });
}

export function bigintOf(value: Value): bigint {
  return typeof value === 'bigint' ? value : wrongForm(value);
}
export function numberOf(value: Value): number {
  return typeof value === 'number' ? value : wrongForm(value);
}
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : wrongForm(value);
}

function wrongForm(value: Value): never {
  throw new MarketsError('INTERNAL', 'A value is not in the form of its type.', { found: typeof value });
}

/** NULL in, NULL out; every operand is evaluated, so that an error in one is never hidden by a NULL in another. */
export function strict1(a: RowFunction, apply: (a: NonNullable<Value>) => Value): RowFunction {
  return (row) => {
    const x = a(row);
    return x === null ? null : apply(x);
  };
}
export function strict2(a: RowFunction, b: RowFunction, apply: (a: NonNullable<Value>, b: NonNullable<Value>) => Value): RowFunction {
  return (row) => {
    const x = a(row);
    const y = b(row);
    return x === null || y === null ? null : apply(x, y);
  };
}
export function strictAll(operands: readonly RowFunction[], apply: (values: readonly Value[]) => Value): RowFunction {
  return (row) => {
    const values = operands.map((each) => each(row));
    return values.includes(null) ? null : apply(values);
  };
}
