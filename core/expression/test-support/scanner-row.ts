/** Columns of a row as the local variables of a scanner, and code over them as a function. */
import { compileFunction } from 'node:vm';
import { isMarketsError } from '../../errors/markets-error.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';
import type { Expression } from '../expression.ts';
import { compileToJavaScript } from '../to-javascript.ts';
import { toScannerCode, type ScannerColumn } from '../to-scanner-code.ts';

export const NOW = 1_675_058_400_123_456n;
const EXACT = 2n ** 53n;

/** The general function fails with EXPRESSION_EVALUATION. */
export const FAILED = Symbol('failed');

/** What the code may answer; 'not covered' where there is no code. */
export type ScannerAnswer = boolean | null | undefined | 'not covered';

/** Answers of the code and of the general function, FAILED where that fails. */
export interface Answers {
  readonly code: string | null;
  readonly scanner: readonly ScannerAnswer[];
  readonly general: readonly (Value | typeof FAILED)[];
}

export function scannerColumn(name: string, type: ColumnType): ScannerColumn {
  const isText = type.kind === 'STRING';
  return { number: isText ? null : `${name}_n`, isNull: `${name}_isNull`, text: isText ? `${name}_t` : null };
}

export function answers(
  expression: Expression,
  columns: ReadonlyMap<string, ColumnType>,
  rows: readonly (readonly Value[])[],
  column: (name: string, type: ColumnType) => ScannerColumn = scannerColumn,
): Answers {
  const names = [...columns.keys()];
  const code = toScannerCode(expression, {
    column: (name) => column(name, columns.get(name) ?? { kind: 'BYTES' }),
    currentTimestamp: NOW,
  });
  const scanner = code === null ? null : asFunction(code, names);
  const general = compileToJavaScript(expression, { column: (name) => names.indexOf(name), currentTimestamp: NOW });
  return {
    code,
    scanner: rows.map((row) => (scanner === null ? 'not covered' : scanner(row))),
    general: rows.map((row) => orError(() => general(row))),
  };
}

function orError(evaluate: () => Value): Value | typeof FAILED {
  try {
    return evaluate();
  } catch (error) {
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) {
      return FAILED;
    }
    throw error;
  }
}

function asFunction(code: string, names: readonly string[]): (row: readonly Value[]) => boolean | null | undefined {
  const parameters = names.flatMap((name) => [`${name}_n`, `${name}_isNull`, `${name}_t`]);
  const run = compileFunction(`'use strict'; return ${code};`, parameters) as (...values: readonly unknown[]) => boolean | null | undefined;
  return (row) => run(...row.flatMap((value) => [numberOf(value), value === null, typeof value === 'string' ? value : undefined]));
}

/** Of NULL a number that would be noticed. */
function numberOf(value: Value): number {
  if (typeof value === 'bigint') {
    return value < EXACT && value > -EXACT ? Number(value) : NaN;
  }
  return typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : 0;
}
