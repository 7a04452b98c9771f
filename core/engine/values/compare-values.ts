/** Order of two values of one type: numbers and times by size, texts and bytes by their (UTF-8) bytes. */
import type { Value } from '../../types/column-type.ts';

/** Negative, zero or positive as `left` is below, at or above `right`. Neither is NULL. */
export function compareValues(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'));
  }
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return Buffer.compare(left, right);
  }
  if (left === null || right === null || left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}
