/** Comparison and three-valued logic. */
import type { TypeKind, Value } from '../../types/column-type.ts';
import type { RowFunction } from '../to-javascript.ts';
import type { Call, Operands } from './compile-function.ts';
import { likePattern } from './like.ts';
import { operand, strict2, textOf } from './operand.ts';

/** Negative, zero or positive; both of the same type and not NULL. */
export type Comparer = (a: NonNullable<Value>, b: NonNullable<Value>) => number;

export function comparerOf(kind: TypeKind): Comparer {
  return kind === 'STRING' ? (a, b) => compareTexts(textOf(a), textOf(b)) : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
}

/** By UTF-8 bytes, which is by code points: UTF-16 units alone put U+FFxx behind the astral planes. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) {
      const [xIsSurrogate, yIsSurrogate] = [(x & 0xf800) === 0xd800, (y & 0xf800) === 0xd800];
      return xIsSurrogate === yIsSurrogate ? x - y : xIsSurrogate ? 1 : -1;
    }
  }
  return a.length - b.length;
}

export function compileComparison(call: Call, operands: Operands): RowFunction {
  const first = operand(operands, 0);
  switch (call.function) {
    case 'is null':
      return (row) => first(row) === null;
    case 'is true':
      return (row) => first(row) === true;
    case 'is false':
      return (row) => first(row) === false;
    case 'not':
      return (row) => {
        const value = first(row);
        return value === null ? null : value !== true;
      };
    case 'and':
      return logic(first, operand(operands, 1), false);
    case 'or':
      return logic(first, operand(operands, 1), true);
    case 'like':
      return like(call, operands);
    case 'in':
      return isIn(operands, comparerOf(call.arguments[0]?.type.kind ?? 'STRING'));
    case 'between':
      return between(operands, comparerOf(call.arguments[0]?.type.kind ?? 'STRING'));
    default:
      return comparison(call, operands);
  }
}

/** `deciding` is the value that decides alone: false of and, true of or. */
function logic(a: RowFunction, b: RowFunction, deciding: boolean): RowFunction {
  return (row) => {
    const x = a(row);
    const y = b(row);
    if (x === deciding || y === deciding) {
      return deciding;
    }
    return x === null || y === null ? null : !deciding;
  };
}

function comparison(call: Call, operands: Operands): RowFunction {
  const compare = comparerOf(call.arguments[0]?.type.kind ?? 'STRING');
  const [a, b] = [operand(operands, 0), operand(operands, 1)];
  switch (call.function) {
    case '=':
      return strict2(a, b, (x, y) => x === y);
    case '<>':
      return strict2(a, b, (x, y) => x !== y);
    case '<':
      return strict2(a, b, (x, y) => compare(x, y) < 0);
    case '<=':
      return strict2(a, b, (x, y) => compare(x, y) <= 0);
    case '>':
      return strict2(a, b, (x, y) => compare(x, y) > 0);
    default:
      return strict2(a, b, (x, y) => compare(x, y) >= 0);
  }
}

function between(operands: Operands, compare: Comparer): RowFunction {
  const [a, low, high] = [operand(operands, 0), operand(operands, 1), operand(operands, 2)];
  return (row) => {
    const [x, from, to] = [a(row), low(row), high(row)];
    const above = x === null || from === null ? null : compare(x, from) >= 0;
    const below = x === null || to === null ? null : compare(x, to) <= 0;
    return above === false || below === false ? false : above === null || below === null ? null : true;
  };
}

function isIn(operands: Operands, compare: Comparer): RowFunction {
  const [a, list] = [operand(operands, 0), operands.slice(1)];
  return (row) => {
    const x = a(row);
    const values = list.map((item) => item(row));
    if (x === null) {
      return null;
    }
    if (values.some((value) => value !== null && compare(x, value) === 0)) {
      return true;
    }
    return values.includes(null) ? null : false;
  };
}

function like(call: Call, operands: Operands): RowFunction {
  const pattern = call.arguments[1];
  if (pattern?.kind === 'literal' && pattern.value !== null) {
    const matches = likePattern(textOf(pattern.value));
    const text = operand(operands, 0);
    return (row) => {
      const x = text(row);
      return x === null ? null : matches(textOf(x));
    };
  }
  return strict2(operand(operands, 0), operand(operands, 1), (x, y) => likePattern(textOf(y))(textOf(x)));
}
