import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoderOf } from '../../decode/charset.ts';
import { parseJson } from './json-parser.ts';
import { JsonFault, type JsonNode } from './json-tree.ts';

const decode = decoderOf('utf-8');

function parse(text: string | Buffer): JsonNode {
  return parseJson(Buffer.from(text as string, 'utf8').toString('latin1'), decode, 64);
}

/** As JSON.parse() gives it. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.text;
    case 'literal':
      return JSON.parse(node.text) as unknown;
    case 'null':
      return null;
  }
}

function accepts(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(JsonFault);
    return false;
  }
}

test('what JSON.stringify() writes is read as JSON.parse() reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(plain(parse(text))).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

test('text is accepted exactly where JSON.parse() accepts it', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\n\\u00e9"',
    '"\\x"',
    '"',
    '1',
    '-0.5e3',
    '01',
    '1.',
    'true',
    'nul',
    ' ',
    '\n',
    '\u00a0',
    '"\t"',
    'é',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      const text = parts.join('');
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        expect(accepts(text)).toBe(false);
        return;
      }
      // A name that stands twice is the one thing that JSON.parse() takes and we refuse.
      expect(accepts(text) || JSON.stringify(value).length < text.replace(/\s/g, '').length).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});

test('numbers keep their digits', () => {
  const node = parse('[12345678901234567890.123456789, 1e400, -0.0]');
  expect(node.kind === 'array' && node.items.map((item) => item.kind === 'literal' && item.text)).toEqual([
    '12345678901234567890.123456789',
    '1e400',
    '-0.0',
  ]);
});

test('a member that stands twice, bytes behind the value and deep nesting are refused', () => {
  const many = Array.from({ length: 20 }, (_, index) => `"m${index}":1`).join(',');
  for (const text of ['{"a":1,"a":2}', `{${many},"m3":1}`, `{${many},"n":1,"n":2}`, '{} x', '['.repeat(65) + ']'.repeat(65)]) {
    expect(accepts(text)).toBe(false);
  }
  expect(accepts(`{${many},"n":1}`)).toBe(true);
});

test('bytes that are no UTF-8 make their text unknown, not the whole value', () => {
  const node = parseJson('{"a":"\xff","b":"\xc3\xa9"}', decode, 64);
  const values = node.kind === 'object' ? node.members.map(({ value }) => value) : [];
  expect(values.map((value) => value.kind === 'string' && value.text)).toEqual([null, 'é']);
});
