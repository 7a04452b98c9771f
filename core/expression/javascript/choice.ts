/** Functions that choose one of their arguments. */
import type { RowFunction } from '../to-javascript.ts';
import { comparerOf } from './comparison.ts';
import type { Call, Operands } from './compile-function.ts';
import { operand, strictAll } from './operand.ts';

export function compileChoice(call: Call, operands: Operands): RowFunction {
  const compare = comparerOf(call.type.kind);
  switch (call.function) {
    case 'least':
      return strictAll(operands, (values) => values.reduce((a, b) => (a !== null && b !== null && compare(b, a) < 0 ? b : a)));
    case 'greatest':
      return strictAll(operands, (values) => values.reduce((a, b) => (a !== null && b !== null && compare(b, a) > 0 ? b : a)));
    case 'nullif': {
      const [a, b] = [operand(operands, 0), operand(operands, 1)];
      return (row) => {
        const [x, y] = [a(row), b(row)];
        return x !== null && y !== null && compare(x, y) === 0 ? null : x;
      };
    }
    default:
      // The rest of the list is left alone after the first value: coalesce(a, cast(b as INT64)) does not fail on b.
      return (row) => {
        for (const each of operands) {
          const value = each(row);
          if (value !== null) {
            return value;
          }
        }
        return null;
      };
  }
}
