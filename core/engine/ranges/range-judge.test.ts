import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Aggregate, ControlFile, FileRule, SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnLocator } from '../../spec/source-spec.ts';
import { parseCondition, parseExpression } from '../../expression/parse-expression.ts';
import { judgeRows, judgeWhole, type Taken } from '../test-support/judge-range.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from '../test-support/spec-of.ts';
import { DIGEST_WORDS } from '../uniqueness/key-hasher.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'range-judge-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function judge(spec: SourceSpec, text: string): Taken {
  return judgeRows(folder, spec, text);
}

const ORDER: readonly ColumnOptions[] = [
  { name: 'id', nullable: false },
  { name: 'price', type: AMOUNT },
  { name: 'count', type: INT64 },
  { name: 'at', type: { kind: 'TIMESTAMP' } },
  { name: 'open', type: { kind: 'BOOL' } },
];

function path(...steps: readonly string[]): ColumnLocator {
  return { kind: 'json_path', steps };
}

describe('JSON Lines', () => {
  const spec = specOf({ schema: ORDER, source: { format: 'jsonl' } });
  const row = '{"id":"a","price":1.5,"count":7,"at":"2023-01-30T06:00:00Z","open":true}\n';

  test('rows in the order of the spec are all taken by the scanner', () => {
    expect(judge(spec, row.repeat(50))).toEqual({ good: 50, bad: 0, scanned: 50 });
  });

  test('blanks behind colons and commas, members that are absent or null, and numbers in strings are no hindrance', () => {
    const rows = [
      '{"id": "a", "price": 1.5, "count": 7, "at": "2023-01-30T06:00:00Z", "open": false}',
      '{"id":"a","at":"2023-01-30T06:00:00Z"}',
      '{"id":"a","price":null,"count":null,"at":null,"open":null}',
      '{"id":"a","price":"1.5","count":"-7"}',
      '{"id":"é","count":1}\r',
      '{"id":"last"}',
    ];
    expect(judge(spec, rows.join('\n'))).toEqual({ good: 6, bad: 0, scanned: 6 });
  });

  test('another order is learned from its first row', () => {
    const turned = '{"open":false,"id":"a","count":7,"price":1.5}\n';
    expect(judge(spec, turned.repeat(20))).toEqual({ good: 20, bad: 0, scanned: 19 });
  });

  test('members of objects are read by their paths', () => {
    const schema = [
      { name: 'id', locator: path('head', 'id') },
      { name: 'version', type: INT64, locator: path('head', 'version') },
      { name: 'price', type: AMOUNT, locator: path('price') },
    ];
    const nested = specOf({ schema, source: { format: 'jsonl' } });
    const rows = ['{"head":{"id":"a","version":1},"price":2}', '{"head":{"id":"b"},"price":2}', '{"price":3}', '{"head":{}}'];
    expect(judge(nested, `${rows.join('\n')}\n`)).toEqual({ good: 4, bad: 0, scanned: 4 });
  });

  test.each([
    ['an escape', '{"id":"\\u0061"}', true],
    ['a member that is not known', '{"id":"a","more":1}', false],
    ['a member that stands twice', '{"id":"a","id":"b"}', false],
    ['a comma before the end', '{"id":"a",}', false],
    ['a number with a zero before it', '{"id":"a","count":07}', false],
    ['a date without quotes', '{"id":"a","at":2023-01-30T06:00:00Z}', false],
    ['a control character', '{"id":"a\tb"}', false],
    ['text behind the object', '{"id":"a"} x', false],
    ['a word that only begins like null', '{"id":"a","price":nullx}', false],
    ['two objects', '{"id":"a"}{"id":"b"}', false],
    ['bytes that are no text', '{"id":"a', false],
  ])('%s is for the general reader', (_, line, isGood) => {
    expect(judge(spec, `${line}\n`)).toEqual({ good: isGood ? 1 : 0, bad: isGood ? 0 : 1, scanned: 0 });
  });
});

describe('XML', () => {
  const attribute: ColumnLocator = { kind: 'xpath', steps: [{ kind: 'attribute', namespace: null, name: 'id' }] };
  const child = (name: string, ...more: readonly ColumnOptions['name'][]): ColumnLocator => ({
    kind: 'xpath',
    steps: [
      { kind: 'child', namespace: null, name, index: null },
      ...more.map((inner) => ({ kind: 'attribute', namespace: null, name: inner }) as const),
    ],
  });
  const schema: readonly ColumnOptions[] = [
    { name: 'id', nullable: false, locator: attribute },
    { name: 'price', type: AMOUNT, locator: child('price') },
    { name: 'currency', locator: child('price', 'ccy') },
    { name: 'count', type: INT64, locator: child('count') },
    { name: 'note', locator: child('note') },
  ];
  const xml = { root_element: null, row_element: 'r', namespaces: {}, flatten_nested: false };
  const spec = specOf({ schema, source: { format: 'xml', xml } });
  const row = '<r id="a"><price ccy="USD">1.5</price><count>7</count><note>x "y"</note></r>';

  test('flat rows are all taken by the scanner, white space and all', () => {
    expect(judge(spec, `<d>${`${row}\n`.repeat(30)}</d>`)).toEqual({ good: 30, bad: 0, scanned: 30 });
    const spaced = row.replaceAll('><', '>\r\n  <');
    expect(judge(spec, `<d>\n${`${spaced}\r\n`.repeat(30)}</d>`)).toEqual({ good: 30, bad: 0, scanned: 30 });
  });

  test('elements that are absent, empty or nil are NULL', () => {
    const rows = [
      '<r id="a"/>',
      '<r id="a"></r>',
      '<r id="a"><price/><count></count><note /></r>',
      '<r id="a"><price ccy="USD"/><count xsi:nil="true"/></r>',
      '<r id="a"><count> 5 </count></r>',
    ];
    const document = `<d xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${rows.join('')}</d>`;
    expect(judge(spec, document)).toEqual({ good: 5, bad: 0, scanned: 4 });
  });

  test('another order, or a prefix, is learned from its first row', () => {
    const turned = '<r id="a"><note>n</note><count>1</count></r>';
    expect(judge(spec, `<d>${turned.repeat(20)}</d>`)).toEqual({ good: 20, bad: 0, scanned: 19 });
    const prefixed = '<x:r id="a"><x:price>1</x:price></x:r>';
    expect(judge(spec, `<x:d xmlns:x="urn:x">${prefixed.repeat(20)}</x:d>`)).toEqual({ good: 20, bad: 0, scanned: 19 });
  });

  test('a namespace that the spec does not mean is no scanner’s', () => {
    const layout = { ...xml, row_element: 'x:r', namespaces: { x: 'urn:x' } };
    const strict = specOf({ schema, source: { format: 'xml', xml: layout } });
    expect(judge(strict, `<d xmlns="urn:x">${row.repeat(3)}</d>`)).toEqual({ good: 3, bad: 0, scanned: 3 });
    expect(judge(strict, `<d xmlns="urn:y">${row.repeat(3)}</d>`)).toEqual({ good: 0, bad: 0, scanned: 0 });
  });

  test.each([
    ['a reference', '<r id="a"><note>&amp;</note></r>', true],
    ['a comment', '<r id="a"><!-- c --><note>x</note></r>', true],
    ['a CDATA section', '<r id="a"><note><![CDATA[x]]></note></r>', true],
    ['an element that is not known', '<r id="a"><more>x</more></r>', false],
    ['an attribute that is not known', '<r id="a" more="x"><note>x</note></r>', false],
    ['an element within a value', '<r id="a"><note><b/></note></r>', false],
    ['text in a row', '<r id="a">text<note>x</note></r>', true],
    ['a wrong closing tag', '<r id="a"><note>x</count></r>', false],
    ['a character that XML does not allow', '<r id="a"><note>\uffff</note></r>', false],
    ['an attribute with an end of line', '<r id="a\nb"><note>x</note></r>', true],
  ])('%s is for the general reader', (_, text, isGood) => {
    expect(judge(spec, `<d>${text}</d>`)).toEqual({ good: isGood ? 1 : 0, bad: isGood ? 0 : 1, scanned: 0 });
  });
});

describe('what is summed over the rows', () => {
  const WIDE = { kind: 'DECIMAL', precision: 38, scale: 9 } as const;
  const schema: readonly ColumnOptions[] = [
    { name: 'id', nullable: false },
    { name: 'price', type: AMOUNT },
    { name: 'count', type: INT64 },
    { name: 'wide', type: WIDE },
  ];
  const control: ControlFile = {
    type: 'sidecar_json',
    pattern: '{filename}.ctl',
    row_count: null,
    checksum: null,
    business_date: null,
    checksum_algorithm: null,
    totals: ['price', 'count', 'wide'].map((column) => ({ column, field: column })),
    required: true,
    wait_minutes: 0,
  };
  const rows = ['a,1.5,9007199254740993,123456789012345.123456789', 'b,-2,,-0.000000001', 'a,,4503599627370495,', 'c,0.0001,1,1'];
  const text = `id,price,count,wide\n${`${rows.join('\n')}\n`.repeat(25)}`;

  test('control totals are exact, whatever a double holds, and the scanner takes the rows', () => {
    const { scanned, good, result } = judgeWhole(folder, specOf({ schema, control_file: control }), text);
    expect([good, scanned]).toEqual([100, 100]);
    expect(result.totals.sums).toEqual([
      25n * (15_000n - 20_000n + 1n),
      25n * (9_007_199_254_740_993n + 4_503_599_627_370_495n + 1n),
      25n * (123_456_789_012_345_123_456_789n - 1n + 1_000_000_000n),
    ]);
    expect(result.totals.unread).toEqual([0, 0, 0]);
  });

  test('a refused row counts for a total where its value could be read', () => {
    const { scanned, bad, result } = judgeWhole(
      folder,
      specOf({ schema, control_file: control }),
      'id,price,count,wide\na,1,2,3\nb,x,7,1\n,1,5,0\n',
    );
    expect([scanned, bad]).toEqual([1, 2]);
    expect(result.totals).toEqual({ sums: [20_000n, 14n, 4_000_000_000n], unread: [1, 0, 0] });
  });

  const aggregate = (wanted: Aggregate['function'], argument: string): Aggregate => {
    const parsed = parseExpression(argument, new Map(specOf({ schema }).schema.map(({ name, type }) => [name, type])));
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return { function: wanted, argument: parsed.expression, type: parsed.expression.type };
  };
  const rule = (...aggregates: readonly Aggregate[]): FileRule => {
    const parsed = parseCondition('row_count > 0', new Map([['row_count', INT64]]));
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const check = { kind: 'aggregate', expression: parsed.expression, aggregates } as const;
    return { rule: 'row_count > 0', severity: 'error', code: null, description: null, check };
  };

  test('aggregates are computed over the rows that the scanner takes, each distinct value told once', () => {
    const aggregates = [
      aggregate('count', 'count'),
      aggregate('count_distinct', 'id'),
      aggregate('sum', 'wide'),
      aggregate('min', 'price'),
      aggregate('max', 'id'),
    ];
    const spec = specOf({ schema, validation: { file_level: [rule(...aggregates)] } });
    const { scanned, good, result } = judgeWhole(folder, spec, text);
    expect([good, scanned]).toEqual([100, 100]);
    const [count, distinct, sum, min, max] = result.fileRules.aggregates;
    expect(count?.count).toBe(75);
    expect(distinct?.digests).toHaveLength(3 * DIGEST_WORDS);
    expect(sum?.sum).toBe(25n * (123_456_789_012_345_123_456_789n - 1n + 1_000_000_000n));
    expect([min?.extreme, max?.extreme]).toEqual([-20_000n, 'c']);
    expect(result.fileRules.problems).toEqual([null]);
  });

  test('an argument that cannot be computed for a row is a problem of its rule alone', () => {
    const rules = [rule(aggregate('sum', 'count + 9000000000000000000')), rule(aggregate('count', 'id'))];
    const { scanned, result } = judgeWhole(
      folder,
      specOf({ schema, validation: { file_level: rules } }),
      'id,price,count,wide\na,,900000000000000000,\nb,,1,\n',
    );
    expect(scanned).toBe(2);
    expect(result.fileRules.problems[0]).not.toBeNull();
    expect(result.fileRules.problems[1]).toBeNull();
    expect(result.fileRules.aggregates.map(({ count }) => count)).toEqual([1, 2]);
  });
});
