import { expect, test } from 'vitest';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';
import { AMOUNT, specOf } from '../../test-support/spec-of.ts';
import type { ColumnLocator, SourceSpec, XmlStep } from '../../../spec/source-spec.ts';

const NAMESPACES = { m: 'urn:m' };

/** 'm:a/b[2]/@c' as steps. */
function xpath(text: string): ColumnLocator {
  const steps = text.split('/').map((part): XmlStep => {
    const [, at, prefix, name = '', index] = /^(@?)(?:(\w+):)?(\w+)(?:\[(\d+)\])?$/.exec(part) ?? [];
    const namespace = prefix === undefined ? null : 'urn:m';
    return at === '@'
      ? { kind: 'attribute', namespace, name }
      : { kind: 'child', namespace, name, index: index === undefined ? null : Number(index) };
  });
  return { kind: 'xpath', steps };
}

function spec(drift: SourceSpec['schema_drift'] = 'freeze', encoding: SourceSpec['source']['encoding'] = 'utf-8'): SourceSpec {
  const xml = { root_element: 'm:trades', row_element: 'm:trade', namespaces: NAMESPACES, flatten_nested: false };
  return specOf({
    schema: [
      { name: 'id', locator: xpath('@id'), nullable: false },
      { name: 'price', type: AMOUNT, locator: xpath('m:deal/m:price') },
      { name: 'note', locator: xpath('m:note') },
    ],
    schema_drift: drift,
    source: { format: 'xml', xml, encoding },
  });
}

const OPEN = '<?xml version="1.0" encoding="UTF-8"?>\n<trades xmlns="urn:m">\n';

test('rows are read with their namespaces, attributes, references and CDATA', async () => {
  const rows = `<trade id="A&amp;B"><deal><price>\n 1.5 </price></deal><note> <![CDATA[<x>]]> </note></trade>
<!-- <trade id="no"/> --><k:trade xmlns:k="urn:m" id="C"><k:note/></k:trade>`;
  const { report, output } = await judgeInMemory(spec(), `${OPEN}${rows}\n</trades>\n`);
  expect(output.refused).toEqual([]);
  expect(output.staged.map(({ cells, span }) => [span.line, cells])).toEqual([
    [3, ['A&B', 15000n, ' <x> ']],
    [5, ['C', null, null]],
  ]);
  expect(output.staged[0]?.raw.startsWith('<trade id')).toBe(true);
  expect(report.conservation.holds).toBe(true);
});

test('a row that is not well-formed costs itself only', async () => {
  const rows = '<trade id="A"><note>x</trade><trade id="B" id="C"/><trade id="D"><note>&nbsp;</note></trade><trade id="E"/>';
  const { report, output } = await judgeInMemory(spec(), `${OPEN}${rows}</trades>`);
  expect(refusals(output).map((each) => each.split(':')[2])).toEqual(Array<string>(3).fill('RECORD_UNPARSABLE'));
  expect(report).toMatchObject({ status: 'quarantined', records_in: 4, staged: 1 });
});

test.each([
  ['has a document type', '<!DOCTYPE trades><trades xmlns="urn:m"/>'],
  ['has another root', '<orders xmlns="urn:m"/>'],
  ['has a root of another namespace', '<trades xmlns="urn:n"/>'],
  ['ends early', `${OPEN}<trade id="A"/>`],
  ['has a second root', `${OPEN}</trades><trades xmlns="urn:m"/>`],
  ['closes what is not open', `${OPEN}</orders>`],
  ['declares another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><trades xmlns="urn:m"/>'],
  ['is no XML', 'id,price\nA,1\n'],
])('a document that %s fails', async (_, content) => {
  const { report } = await judgeInMemory(spec(), content);
  expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_UNREADABLE']);
  expect(report.conservation.holds).toBe(true);
});

test('what the schema does not know is a finding, kept, or dropped, as schema_drift says', async () => {
  const content = `${OPEN}<trade id="A" v="2"><deal><fee>1</fee></deal></trade></trades>`;
  const frozen = await judgeInMemory(spec(), content);
  expect(frozen.output.refused[0]?.findings.map(({ code, column }) => [code, column])).toEqual([
    ['FIELD_UNKNOWN', '@v'],
    ['FIELD_UNKNOWN', 'deal/fee'],
  ]);
  expect((await judgeInMemory(spec('evolve'), content)).output.staged[0]?.extra).toBe('{"@v":"2","deal/fee":"1"}');
  expect((await judgeInMemory(spec('discard'), content)).output.staged).toHaveLength(1);
});

test('an element that columns stand in or on is known, though it be empty; a text of its own is not', async () => {
  const schema = [
    { name: 'name', locator: xpath('party/name') },
    { name: 'lei', locator: xpath('party/@lei') },
  ];
  const xml = { root_element: null, row_element: 'row', namespaces: {}, flatten_nested: false };
  const own = specOf({ schema, source: { format: 'xml', xml } });
  const parties = ['<party/>', '<party lei="L"/>', '<party> </party>', '<party>Bank</party>', '<party lei="L">Bank</party>', '<partner/>'];
  const { output } = await judgeInMemory(own, `<rows>${parties.map((party) => `<row>${party}</row>`).join('')}</rows>`);
  expect(output.staged.map(({ cells }) => cells.slice(0, 2))).toEqual([
    [null, null],
    [null, 'L'],
    [null, null],
  ]);
  expect(
    output.refused.map(({ span, findings }) => [span.record, findings.map(({ code, column }) => `${code} ${String(column)}`)]),
  ).toEqual([
    [4, ['FIELD_UNKNOWN party']],
    [5, ['FIELD_UNKNOWN party']],
    [6, ['FIELD_UNKNOWN partner']],
  ]);
});

test('UTF-16 is read with offsets and bytes of the original', async () => {
  const text = '<trades xmlns="urn:m"><trade id="é😀"/><trade/></trades>';
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  const { report, output } = await judgeInMemory(spec('freeze', 'utf-16'), bytes);
  expect(output.staged[0]?.cells[0]).toBe('é😀');
  expect(output.staged[0]?.span).toMatchObject({ byteOffset: 2 + 22 * 2, byteLength: 17 * 2 });
  expect(output.refused[0]?.raw).toEqual(Buffer.from('<trade/>', 'utf16le'));
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: 2 });
});
