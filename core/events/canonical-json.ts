/**
 * RFC 8785: the one text of a JSON value, so that its hash is the same wherever it is computed. Members in the order of
 * their UTF-16 code units, numbers and strings as ECMAScript prints them, no white space.
 */
import { MarketsError } from '../errors/markets-error.ts';

export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw notJson('text with half a character');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw notJson(String(value));
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : compound(value);
    default:
      throw notJson(typeof value);
  }
}

function compound(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    // As in JSON.stringify, a member that is not there is not written.
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function notJson(found: string): MarketsError {
  return new MarketsError('INTERNAL', 'A value has no JSON text.', { expected: 'plain JSON data', found });
}
