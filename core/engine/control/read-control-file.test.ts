import { expect, test } from 'vitest';
import type { ControlFile } from '../../spec/source-spec.ts';
import { INT64, specOf } from '../test-support/spec-of.ts';
import type { ControlReading } from './control-statement.ts';
import { readControlFile } from './read-control-file.ts';

function read(content: string | Buffer, control: Partial<ControlFile>): ControlReading {
  const spec = specOf({
    schema: [{ name: 'quantity', type: INT64 }],
    control_file: {
      type: 'properties',
      pattern: '{filename}.ctl',
      row_count: null,
      checksum: null,
      business_date: null,
      checksum_algorithm: null,
      totals: [],
      required: true,
      wait_minutes: 0,
      ...control,
    },
    source: { csv: { delimiter: ';' } },
  });
  return readControlFile(typeof content === 'string' ? Buffer.from(content) : content, spec, 'trades.csv');
}

const STATED = {
  ok: true,
  statement: { row_count: '12', checksum: 'ab12', business_date: '2023-01-30', totals: [{ column: 'quantity', text: '99.50' }] },
};
const totals = (field: string): Pick<ControlFile, 'totals'> => ({ totals: [{ column: 'quantity', field }] });

test('XML is read by absolute, relative and descending paths, whatever its prefixes', () => {
  const xml = `\ufeff<?xml version="1.0"?><!-- c -->
<c:control xmlns:c="urn:c" date="20230130"><c:file><c:rows> 12 </c:rows><c:sum total="99.50"/></c:file><c:hash>ab12</c:hash></c:control>\n`;
  const fields = { row_count: '/control/file/rows', checksum: '//hash', business_date: '/c:control/@date', ...totals('file/sum/@total') };
  expect(read(xml, { type: 'sidecar_xml', ...fields })).toEqual(STATED);
});

test('CSV is read by header from the row of the data file, or by position', () => {
  const csv = 'file;rows;md5;day;sum\nother.csv;1;x;20230129;0\ntrades.csv;12;ab12;2023-01-30;"99.50"\n';
  const fields = { row_count: 'rows', checksum: 'md5', business_date: 'day', ...totals('sum') };
  expect(read(csv, { type: 'sidecar_csv', ...fields })).toEqual(STATED);
  const bare = { row_count: '1', checksum: '2', business_date: '3', ...totals('4') };
  expect(read('12;ab12;20230130;99.50', { type: 'sidecar_csv', ...bare })).toEqual(STATED);
});

test('JSON is read by pointer or dotted path, numbers by their digits', () => {
  const json = '{"rows": 12, "file": {"hash": "ab12", "sums": [{"q": 99.50}]}, "day": "2023-01-30"}';
  const fields = { row_count: 'rows', checksum: '/file/hash', business_date: '$.day', ...totals('file.sums.0.q') };
  expect(read(json, { type: 'sidecar_json', ...fields })).toEqual(STATED);
});

test('properties are read by key', () => {
  const text = '# by the sender\r\nrows = 12\r\nmd5: ab12\nday=20230130\nsum=99.50';
  const fields = { row_count: 'rows', checksum: 'md5', business_date: 'day', ...totals('sum') };
  expect(read(text, fields)).toEqual(STATED);
});

test.each([
  ['no JSON', '{"rows": ', { type: 'sidecar_json', row_count: 'rows' }],
  ['no XML', '<a><b></a>', { type: 'sidecar_xml', row_count: '/a' }],
  ['a document type', '<!DOCTYPE a><a>1</a>', { type: 'sidecar_xml', row_count: '/a' }],
  ['no field', 'lines=1', { row_count: 'rows' }],
  ['an empty field', 'rows=', { row_count: 'rows' }],
  ['no number of records', 'rows=many', { row_count: 'rows' }],
  ['no date', 'rows=1\nday=20230230', { row_count: 'rows', business_date: 'day' }],
  ['no UTF-8', Buffer.from([0xff]), { row_count: 'rows' }],
] as const)('%s is a problem in words', (_, content, control) => {
  const reading = read(content, control);
  expect(reading.ok).toBe(false);
  expect(reading.ok ? '' : reading.problem).toMatch(/\.$|: /);
});
