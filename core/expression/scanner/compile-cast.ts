/** Casts between numbers, conditions and moments; casts of texts and to texts are left to the general function. */
import { MICROS_PER_DAY } from '../../types/calendar.ts';
import type { ColumnType } from '../../types/column-type.ts';
import { notCovered, type Code, type NumberCode } from './code.ts';
import { conditionNumber } from './condition-code.ts';
import { notCode } from './logic.ts';
import { rounded, scaleOf } from './compile-arithmetic.ts';
import { dayOf, microsOfDay } from './compile-time.ts';
import { exactly, limited, limitOf, numberConstant, timesConstant } from './number-code.ts';
import { compareNumbers } from './number-comparison.ts';

export function compileCast(from: ColumnType, to: ColumnType, code: Code): Code {
  if (from.kind === to.kind && from.kind !== 'DECIMAL') {
    return code;
  }
  if (code.kind === 'boolean') {
    return to.kind === 'INT64' ? conditionNumber(code) : notCovered('a cast of a condition');
  }
  return code.kind === 'number' ? castNumber(from, to, code) : notCovered('a cast of a text');
}

function castNumber(from: ColumnType, to: ColumnType, code: NumberCode): Code {
  switch (to.kind) {
    case 'DECIMAL':
    case 'INT64':
      return from.kind === 'FLOAT64' ? notCovered('a cast of a float') : limited(rescaled(code, scaleOf(to) - scaleOf(from)), limitOf(to));
    case 'FLOAT64':
      return from.kind === 'INT64' ? { ...exactly(code), residue: null } : notCovered('a cast to a float');
    case 'BOOL':
      return notCode(compareNumbers('=', code, numberConstant(0n)));
    case 'DATE':
      return dayOf(code);
    case 'TIME':
      return microsOfDay(code);
    case 'DATETIME':
    case 'TIMESTAMP':
      return from.kind === 'DATE' ? timesConstant(code, BigInt(MICROS_PER_DAY)) : code;
    default:
      return notCovered('a cast to a text');
  }
}

function rescaled(code: NumberCode, digits: number): NumberCode {
  return digits < 0 ? rounded(code, -digits, 'round') : timesConstant(code, 10n ** BigInt(digits));
}
