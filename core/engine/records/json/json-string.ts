/** JSON strings within a byte string: where they end, and what they say. */
import type { DecodeText } from '../../decode/charset.ts';
import { hasHighBytes } from '../../decode/charset.ts';
import { JsonFault } from './json-tree.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const PLAIN_LENGTH_MAX = 64;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Index behind the closing quote of the string that opens at `open`; throws where it is not closed. */
export function stringEnd(source: string, open: number): number {
  for (let index = open + 1; index < source.length; index += 1) {
    const code = source.charCodeAt(index);
    if (code === QUOTE) {
      return index + 1;
    }
    if (code === BACKSLASH) {
      index += 1;
    } else if (code < 0x20) {
      throw new JsonFault('A string holds a control character.', index);
    }
  }
  throw new JsonFault('A string is not closed.', open);
}

/** What the string at [open, end) says, null where its bytes are no text. Throws on an escape that JSON does not have. */
export function stringText(source: string, open: number, end: number, decode: DecodeText): string | null {
  const inner = source.substring(open + 1, end - 1);
  if (isPlain(inner)) return inner;
  const plain = (part: string): string | null => (hasHighBytes(part) ? decode(part) : part);
  if (!inner.includes('\\')) {
    return plain(inner);
  }
  let text = '';
  let from = 0;
  // Bytes and escapes are decoded apart: an escape may name a character that no byte has.
  for (let at = inner.indexOf('\\'); at >= 0; at = inner.indexOf('\\', from)) {
    const part = plain(inner.slice(from, at));
    if (part === null) {
      return null;
    }
    const { character, length } = escapeAt(inner, at, open + 1);
    text += part + character;
    from = at + length;
  }
  const rest = plain(inner.slice(from));
  return rest === null ? null : text + rest;
}

/** Short and ASCII without an escape, as most texts of records are: looked at letter by letter, which is quicker than to search it. */
function isPlain(inner: string): boolean {
  if (inner.length > PLAIN_LENGTH_MAX) return false;
  for (let index = 0; index < inner.length; index += 1) {
    const code = inner.charCodeAt(index);
    if (code === BACKSLASH || code > 0x7f) return false;
  }
  return true;
}

function escapeAt(inner: string, at: number, offset: number): { character: string; length: number } {
  const name = inner.charAt(at + 1);
  const simple = ESCAPES[name];
  if (simple !== undefined) {
    return { character: simple, length: 2 };
  }
  const digits = inner.slice(at + 2, at + 6);
  if (name !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
    throw new JsonFault('A string holds an escape that JSON does not have.', offset + at);
  }
  return { character: String.fromCharCode(parseInt(digits, 16)), length: 6 };
}
