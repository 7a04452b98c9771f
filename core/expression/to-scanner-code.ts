/**
 * Back end: a typed condition to the source of a JavaScript expression over the local variables of a generated scanner,
 * which has numbers as doubles. It answers only what it is sure of and leaves the rest to the general function of
 * to-javascript.ts, whose answers it otherwise gives exactly. The code has no arrays, closures or statements; nothing of
 * the spec's text is in it but as a printed literal.
 */
import type { Expression } from './expression.ts';
import { NotCovered } from './scanner/code.ts';
import { compileCode } from './scanner/compile-code.ts';
import { choose } from './scanner/source.ts';

/** Sources of one column's value in the row; none may have side effects: each may be evaluated several times, or never. */
export interface ScannerColumn {
  /**
   * The value as a whole number in a double, below 2^53 without its sign: DECIMAL scaled by its own scale, INT64,
   * TIMESTAMP and DATETIME in microseconds, DATE in days, TIME in microseconds, BOOL 0 or 1. NaN where the value is not
   * that small, which a DECIMAL of at most 15 digits, a DATE, a TIME and a BOOL always are. FLOAT64: the double itself.
   * null for other types. Meaningless where the column is NULL.
   */
  readonly number: string | null;
  /** A boolean: the column is NULL in this row. 'false' for a column that cannot be. */
  readonly isNull: string;
  /** The value of a STRING column as a JavaScript string; evaluated only where it is needed and not NULL. */
  readonly text: string | null;
  /** A boolean: every character of the STRING is ASCII. Without it the text is searched where that matters. */
  readonly isAscii?: string;
}

export interface ScannerOptions {
  /** null for a column that the scanner has no value of. */
  readonly column: (name: string) => ScannerColumn | null;
  /** Microseconds UTC: the moment the run began. */
  readonly currentTimestamp: bigint;
}

/** Longer code would slow the scanner down more than the general function does. */
const CODE_LENGTH_MAX = 6000;

/**
 * The source of an expression that evaluates to true, false, null (SQL NULL) or undefined: not known here, ask the
 * general function. null where the condition holds something that this back end does not do: ask it always.
 */
export function toScannerCode(expression: Expression, options: ScannerOptions): string | null {
  try {
    const code = compileCode(expression, options);
    if (code.kind !== 'boolean') {
      return null;
    }
    const unknown = choose(code.mayBeNull ? code.known : 'false', 'null', 'undefined');
    const isTwoValued = code.known === 'true' && !code.mayBeNull;
    const source = isTwoValued ? code.isTrue : choose(code.isTrue, 'true', choose(code.isFalse, 'false', unknown));
    return source.length > CODE_LENGTH_MAX ? null : source;
  } catch (error) {
    if (error instanceof NotCovered) {
      return null;
    }
    throw error;
  }
}
