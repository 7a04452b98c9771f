/** Whether a text is good by its bytes alone, without a string. */
import { compileFunction } from 'node:vm';
import type { Column } from '../../spec/source-spec.ts';
import { identifierCheck } from '../checks/identifier-checks.ts';
import { patternCode } from './pattern-code.ts';

/** Of the ASCII bytes [from, to): true where pattern and check hold. */
export type TextCheck = (bytes: Uint8Array, from: number, to: number) => boolean;

/** Good are plain texts that hold to the check, have at most so many bytes, and no length whose bit is set: that of a word for NULL. */
export interface PlainRule {
  readonly check: TextCheck;
  readonly most: number;
  readonly lengths: number;
}

const MAX_KEPT = 256;
const compiled = new Map<string, TextCheck>();

/** null where it takes the general reader: a list of values, a pattern that is matched by going back, JSON. */
export function textCheck(column: Column): TextCheck | null {
  if (column.type.kind !== 'STRING' || column.allowed_values !== null) return null;
  const body = column.pattern === null ? null : patternCode(column.pattern);
  if (column.pattern !== null && body === null) return null;
  if (body === null) return column.check === null ? anyText : identifierCheck(column.check).bytesHold;
  return compiledCheck(body, column.check);
}

function anyText(): boolean {
  return true;
}

/** The function of the file before, where it had the same: its code is fast already. */
function compiledCheck(body: string, check: Column['check']): TextCheck {
  const key = `${check ?? ''}:${body}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const matches = compileFunction(body, ['b', 'from', 'to']) as TextCheck;
  const holds = check === null ? null : identifierCheck(check).bytesHold;
  const made: TextCheck = holds === null ? matches : (bytes, from, to) => matches(bytes, from, to) && holds(bytes, from, to);
  compiled.set(key, made);
  return made;
}

/** null where the general reader has to be asked. */
export function plainRule(check: TextCheck | null, maxLength: number, nullLengths: ReadonlySet<number>): PlainRule | null {
  const lengths = [...nullLengths];
  if (check === null || lengths.some((length) => length > 31)) return null;
  return { check, most: Math.min(maxLength, 0x7fffffff), lengths: lengths.reduce((bits, length) => bits | (1 << length), 0) };
}

const HIGH_BITS = 0x80808080 | 0;

/** ASCII without a blank at either end, which might have to go. There is a byte. */
export function standsAlone(view: DataView, from: number, to: number): boolean {
  let at = from;
  let high = 0;
  for (; at + 4 <= to; at += 4) high |= view.getInt32(at, true);
  for (; at < to; at += 1) high |= view.getInt8(at);
  return (high & HIGH_BITS) === 0 && view.getUint8(from) > 32 && view.getUint8(to - 1) > 32;
}

export function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) > 127) return false;
  return true;
}
