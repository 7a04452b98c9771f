/**
 * What a part of an expression is as generated code: a few sources, each without side effects, that say together what the
 * value is and how far it is known. A part may be used several times, so nothing is kept in a variable.
 *
 * `isNull` and all else about the value holds only where `safe` is true.
 */
import type { Expression } from '../expression.ts';
import type { Source } from './source.ts';

export interface BooleanCode {
  readonly kind: 'boolean';
  /** True only where the value is true and nothing in it fails. */
  readonly isTrue: Source;
  readonly isFalse: Source;
  /** True only where nothing fails and isTrue and isFalse say everything: neither of them is NULL. */
  readonly known: Source;
  /** True only where nothing fails. */
  readonly safe: Source;
  /** Whether NULL can come out at all. */
  readonly mayBeNull: boolean;
}

/**
 * A whole number (a scaled decimal, microseconds, days) or a float. Whole numbers beyond 2^53 are still decided: the
 * rounded value with a bound of its error tells numbers apart that are far from each other, and the exact value modulo
 * 2^32 tells those that are near.
 */
export interface NumberCode {
  readonly kind: 'number';
  /** The value as a double, rounded at most `roundings` times; NaN where it is not known. */
  readonly value: Source;
  /** What the error is measured by: the value with every term made positive. null stands for the value without sign. */
  readonly magnitude: Source | null;
  /** The magnitude is at most so, where it is known. */
  readonly bound: number;
  /** The true value is below this by its type, known or not. */
  readonly typeBound: bigint;
  /** The true value is a multiple of two to this power: exact up to 2^(53 + twos). */
  readonly twos: number;
  readonly roundings: number;
  /** A whole number that equals the value modulo 2^32; null for a float. */
  readonly residue: Source | null;
  readonly mayBeUnknown: boolean;
  readonly isNull: Source;
  /** True only where nothing fails and isNull is right. */
  readonly safe: Source;
  /** What `safe` asks beyond the value being known and not NULL. */
  readonly sound: Source;
}

export interface TextCode {
  readonly kind: 'text';
  /** A JavaScript string; only evaluated where it is not NULL. */
  readonly value: Source;
  /** Whether `value` is right. */
  readonly known: Source;
  readonly isNull: Source;
  readonly safe: Source;
  /** The text itself where it is written out. */
  readonly literal: string | null;
  /** True only where all characters are ASCII, where the caller can tell. */
  readonly isAscii: Source | null;
  /** upper() or lower() of another text. */
  readonly folded: { readonly of: TextCode; readonly upper: boolean } | null;
}

/** A column of a type without comparison: only whether it is NULL is known. */
export interface OpaqueCode {
  readonly kind: 'opaque';
  readonly isNull: Source;
  readonly safe: Source;
}

export type Code = BooleanCode | NumberCode | TextCode | OpaqueCode;

export type Call = Extract<Expression, { kind: 'call' }>;

/** The expression holds something that this back end leaves to the general function. Never leaves this room. */
export class NotCovered extends Error {}

export function notCovered(what: string): never {
  throw new NotCovered(what);
}

export function numberOperand(codes: readonly Code[], index: number): NumberCode {
  const code = codes[index];
  return code?.kind === 'number' ? code : notCovered('an operand that is no number');
}

export function textOperand(codes: readonly Code[], index: number): TextCode {
  const code = codes[index];
  return code?.kind === 'text' ? code : notCovered('an operand that is no text');
}

export function booleanOperand(codes: readonly Code[], index: number): BooleanCode {
  const code = codes[index];
  return code?.kind === 'boolean' ? code : notCovered('an operand that is no condition');
}
