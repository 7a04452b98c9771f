import { expect, test } from 'vitest';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';
import { AMOUNT, INT64, specOf, STRING } from '../../test-support/spec-of.ts';
import type { ColumnLocator, SourceSpec } from '../../../spec/source-spec.ts';

const path = (...steps: readonly (string | number)[]): ColumnLocator => ({ kind: 'json_path', steps });
const SCHEMA = [
  { name: 'id', locator: path('id'), nullable: false },
  { name: 'price', type: AMOUNT, locator: path('deal', 'price') },
  { name: 'first_leg', type: INT64, locator: path('legs', 0) },
];

function spec(options: Partial<SourceSpec['source']>, drift: SourceSpec['schema_drift'] = 'freeze'): SourceSpec {
  return specOf({ schema: SCHEMA, schema_drift: drift, source: { format: 'json', records: '/data/trades', ...options } });
}

test('records are found in an array within a document, numbers keep their digits', async () => {
  const content = '{\n "data": {"trades": [\n {"id": "A", "deal": {"price": 1.5}, "legs": [7]},\n{"id":2}\n]},\n "n": 2}\n';
  const { report, output } = await judgeInMemory(spec({}), content);
  expect(report).toMatchObject({ status: 'accepted', records_in: 2 });
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: 2 });
  expect(output.staged.map(({ cells, span }) => [span.line, span.byteOffset, span.byteLength, cells])).toEqual([
    [3, 25, 48, ['A', 15000n, 7n]],
    [4, 75, 8, ['2', null, null]],
  ]);
});

test('a record that breaks the syntax costs itself only', async () => {
  const content = '{"data":{"trades":[{"id":"A"},{"id":"B",},5,{"id":"C","id":"D"},{"id":"E"}]}}';
  const { report, output } = await judgeInMemory(spec({}), content);
  expect(refusals(output)).toEqual(['1:30:RECORD_UNPARSABLE', '1:42:RECORD_UNPARSABLE', '1:44:RECORD_UNPARSABLE']);
  expect(report).toMatchObject({ status: 'quarantined', staged: 2 });
});

test.each([
  ['ends early', '{"data":{"trades":[{"id":"A"},{"id":', 1],
  ['has a comma too many', '{"data":{"trades":[{"id":"A"},]}}', 1],
  ['has text behind it', '{"data":{"trades":[{"id":"A"}]}} x', 1],
  ['has no array there', '{"data":{"trades":{}}}', 0],
  ['has no such path', '{"data":{"orders":[{"id":"A"}]}}', 0],
  ['is no JSON', 'id,price\nA,1\n', 0],
])('a document that %s fails, and what came before is accounted for', async (_, content, records) => {
  const { report } = await judgeInMemory(spec({}), content);
  expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_UNREADABLE']);
  expect(report).toMatchObject({ status: 'failed', records_in: records, staged: 0, not_loaded: records });
  expect(report.conservation.holds).toBe(true);
});

test('members that the schema does not know are findings, kept, or dropped, as schema_drift says', async () => {
  const content = '[{"id":"A","deal":{"price":1,"fee":0.1},"legs":[1,2],"x":null}]';
  const frozen = await judgeInMemory(spec({ records: '' }), content);
  expect(frozen.output.refused[0]?.findings.map(({ code, column }) => [code, column])).toEqual([
    ['FIELD_UNKNOWN', 'deal.fee'],
    ['FIELD_UNKNOWN', 'legs[1]'],
    ['FIELD_UNKNOWN', 'x'],
  ]);
  const evolved = await judgeInMemory(spec({ records: '' }, 'evolve'), content);
  expect(evolved.output.staged[0]?.extra).toBe('{"deal.fee":0.1,"legs[1]":2,"x":null}');
  const discarded = await judgeInMemory(spec({ records: '' }, 'discard'), content);
  expect(discarded.output.staged[0]).toMatchObject({ extra: null, cells: ['A', 10000n, 1n] });
});

test('JSON Lines: blank lines, broken lines and bytes that are no text', async () => {
  const lines = ['{"id":"A"}\r', '', '{"id":', '{"id":"\xff"}', '{"deal":{"price":"x"}}', '{"id":"\xc3\xa9"}'];
  const { report, output } = await judgeInMemory(spec({ format: 'jsonl' }), Buffer.from(lines.join('\n'), 'latin1'));
  expect(refusals(output)).toEqual(['3:13:RECORD_UNPARSABLE', '4:20:ENCODING_INVALID', '5:31:FIELD_MISSING,TYPE_MISMATCH']);
  expect(output.staged.map(({ cells }) => cells[0])).toEqual(['A', 'é']);
  expect(report.conservation).toMatchObject({ holds: true });
});

test('JSON Lines: a lone CR is white space within its line and ends none', async () => {
  const { report, output } = await judgeInMemory(spec({ format: 'jsonl' }), '{"id":\r"A"}\n{"id":"B"}\r{"id":"C"}\n\r\n{"id":"D"}\r\n');
  expect(refusals(output)).toEqual(['2:12:RECORD_UNPARSABLE']);
  expect(output.staged.map(({ span, cells }) => [span.line, cells[0]])).toEqual([
    [1, 'A'],
    [4, 'D'],
  ]);
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: null });
});

test('a list, a JSON value and a text of a JSON record keep what they are', async () => {
  const schema = [
    { name: 'tags', mode: 'REPEATED' as const, type: STRING, locator: path('tags') },
    { name: 'doc', type: { kind: 'JSON' } as const, locator: path('doc') },
  ];
  const own = specOf({ schema, source: { format: 'jsonl' } });
  const { output } = await judgeInMemory(own, '{"tags":["a","b"],"doc":{"x":[1.0,"é"]}}\n{"tags":[],"doc":"s"}\n{"tags":5}\n');
  expect(output.staged.map(({ cells }) => cells)).toEqual([
    [['a', 'b'], '{"x":[1.0,"é"]}'],
    [[], '"s"'],
  ]);
  expect(refusals(output)).toEqual(['3:64:TYPE_MISMATCH']);
});
