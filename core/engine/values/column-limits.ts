/** What a spec asks of a value of the right type, compiled once a column. */
import type { Column } from '../../spec/source-spec.ts';
import type { Value } from '../../types/column-type.ts';
import { printValue } from '../../types/print-value.ts';
import { identifierCheck } from '../checks/identifier-checks.ts';
import type { FindingCode } from '../findings/catalogue.ts';
import { compareValues } from './compare-values.ts';

/** Tells of one broken limit: its code and what was expected. */
export type Complain = (code: FindingCode, expected: string) => void;
export type CheckLimits = (value: Value, complain: Complain) => void;

/** null when the column has no limit. */
export function compileLimits(column: Column): CheckLimits | null {
  const checks = [rangeLimit(column), lengthLimit(column), allowedLimit(column), patternLimit(column), checkLimit(column)];
  const present = checks.filter((check) => check !== null);
  const [only] = present;
  if (present.length <= 1) {
    return only ?? null;
  }
  return (value, complain) => {
    for (const check of present) {
      check(value, complain);
    }
  };
}

function rangeLimit(column: Column): CheckLimits | null {
  const { min_value: min, max_value: max, type } = column;
  if (min === null && max === null) {
    return null;
  }
  const atLeast = min === null ? null : `at least ${printValue(type, min) ?? ''}`;
  const atMost = max === null ? null : `at most ${printValue(type, max) ?? ''}`;
  return (value, complain) => {
    if (atLeast !== null && compareValues(value, min) < 0) {
      complain('VALUE_OUT_OF_RANGE', atLeast);
    } else if (atMost !== null && compareValues(value, max) > 0) {
      complain('VALUE_OUT_OF_RANGE', atMost);
    }
  };
}

function lengthLimit(column: Column): CheckLimits | null {
  const { max_length: max } = column;
  if (max === null) {
    return null;
  }
  const expected = `at most ${max} ${column.type.kind === 'BYTES' ? 'bytes' : 'characters'}`;
  return (value, complain) => {
    if (lengthOf(value, max) > max) {
      complain('VALUE_TOO_LONG', expected);
    }
  };
}

function lengthOf(value: Value, enough: number): number {
  if (typeof value !== 'string') {
    return value instanceof Uint8Array ? value.length : 0;
  }
  if (value.length <= enough) {
    return value.length;
  }
  let characters = 0;
  for (let index = 0; index < value.length; index += 1) {
    // The second half of a surrogate pair belongs to the character before it.
    characters += (value.charCodeAt(index) & 0xfc00) === 0xdc00 ? 0 : 1;
  }
  return characters;
}

function allowedLimit(column: Column): CheckLimits | null {
  const { allowed_values: allowed, type } = column;
  if (allowed === null) {
    return null;
  }
  const key = (value: Value): Value => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);
  const keys = new Set(allowed.map(key));
  const expected = `one of ${allowed.map((value) => printValue(type, value) ?? 'NULL').join(', ')}`;
  return (value, complain) => {
    if (!keys.has(key(value))) {
      complain('VALUE_NOT_ALLOWED', expected);
    }
  };
}

function patternLimit(column: Column): CheckLimits | null {
  const { pattern } = column;
  if (pattern === null) {
    return null;
  }
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return (value, complain) => {
    if (typeof value === 'string' && !whole.test(value)) {
      complain('PATTERN_MISMATCH', `text that matches ${pattern}`);
    }
  };
}

function checkLimit(column: Column): CheckLimits | null {
  if (column.check === null) {
    return null;
  }
  const { holds, expected } = identifierCheck(column.check);
  return (value, complain) => {
    if (typeof value === 'string' && !holds(value)) {
      complain('CHECK_DIGIT', expected);
    }
  };
}
