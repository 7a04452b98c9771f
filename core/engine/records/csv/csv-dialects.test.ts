import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CsvDialect, SourceSpec } from '../../../spec/source-spec.ts';
import { AMOUNT, INT64, specOf } from '../../test-support/spec-of.ts';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';
import { splitBytes } from '../../test-support/split-bytes.ts';

const SCHEMA = [{ name: 'id' }, { name: 'quantity', type: INT64 }, { name: 'price', type: AMOUNT }];

function spec(csv: Partial<CsvDialect>, rest: Partial<SourceSpec> = {}): SourceSpec {
  const { schema_drift = 'freeze' } = rest;
  return specOf({ schema: SCHEMA, schema_drift, source: { csv } });
}

async function cells(own: SourceSpec, content: string | Buffer): Promise<unknown> {
  const { output, report } = await judgeInMemory(own, content);
  expect([report.file_findings, refusals(output), report.conservation.holds]).toEqual([[], [], true]);
  return output.staged.map((row) => row.cells);
}

test('fields that were quoted as RFC 4180 says are read as they were', () => {
  const field = fc.array(fc.constantFrom('a', 'é', '😀', '"', ',', '\n', '\r', ' ', '1'), { maxLength: 6 }).map((parts) => parts.join(''));
  const own = specOf({ schema: [{ name: 'a' }, { name: 'b' }], source: { csv: { has_header: false } } });
  const quoted = (text: string): string => (text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.constantFrom('\n', '\r\n', '\r'), (rows, lineEnd) => {
      const content = rows.map((row) => row.map(quoted).join(',') + lineEnd).join('');
      const { heard } = splitBytes(own, [Buffer.from(content)]);
      expect(heard.map((each) => (JSON.parse(each) as unknown[])[2])).toEqual(rows);
    }),
    { numRuns: 2000 },
  );
});

test('semicolons, decimal commas, skipped rows, comments and a backslash as escape', async () => {
  const own = spec({ delimiter: ';', decimal_separator: ',', skip_rows: 2, comment: '//', escape: '\\' });
  const content = 'report of "\ntoday\nid;quantity;price\n// a "note\n"a\\"b\\\\c";1;1,5\n"x\\y";2;2\n';
  expect(await cells(own, content)).toEqual([
    ['a"b\\c', 1n, 15000n],
    ['x\\y', 2n, 20000n],
  ]);
});

test('a dialect without quotes takes quotes as text', async () => {
  expect(await cells(spec({ quote: null, escape: null }), 'id,quantity,price\n"a,1,1\n')).toEqual([['"a', 1n, 10000n]]);
});

test('columns by position, unnamed ones ignored', async () => {
  const schema = SCHEMA.map((column, index) => ({ ...column, locator: { kind: 'position' as const, position: index + 2 } }));
  const own = specOf({ schema, source: { csv: { has_header: false, ignore_columns: [1, 5] } } });
  expect(await cells(own, '0,a,1,2,x\n')).toEqual([['a', 1n, 20000n]]);
  expect(await cells(spec({ ignore_columns: [1, 'note'] }), ',id,quantity,note,price\n7,a,1,x,2\n')).toEqual([['a', 1n, 20000n]]);
});

test.each([
  ['unknown', 'id,quantity,price,fee'],
  ['missing', 'id,quantity'],
  ['in another order', 'quantity,id,price'],
  ['named twice', 'id,quantity,price,id'],
])('a column that is %s fails the file under freeze', async (_, header) => {
  const { report } = await judgeInMemory(spec({}), `${header}\n`);
  expect([...new Set(report.file_findings.map(({ code }) => code))]).toEqual(['HEADER_MISMATCH']);
});

test('under evolve an unknown column is kept, a missing one is NULL, any order does', async () => {
  const { output } = await judgeInMemory(spec({}, { schema_drift: 'evolve' }), 'fee,quantity,id\n"0,1",2,a\n');
  expect(output.staged).toMatchObject([{ cells: ['a', 2n, null], extra: '{"fee":"0,1"}' }]);
});

test('under discard an unknown column is dropped, but its bytes must be text', async () => {
  const content = Buffer.from('fee,quantity,id\nx,2,a\n\xff,3,b\n', 'latin1');
  const { output } = await judgeInMemory(spec({}, { schema_drift: 'discard' }), content);
  expect(output.staged).toMatchObject([{ cells: ['a', 2n, null], extra: null }]);
  expect(refusals(output)).toEqual(['3:22:ENCODING_INVALID']);
});

test('windows-1252 and latin-1 differ where they differ, and a byte without character is refused', async () => {
  const content = Buffer.from('id,quantity,price\n\x80\xe9,1,1\n\x81,2,2\n', 'latin1');
  const windows = await judgeInMemory(specOf({ schema: SCHEMA, source: { encoding: 'windows-1252' } }), content);
  expect(windows.output.staged.map((row) => row.cells[0])).toEqual(['€é']);
  expect(refusals(windows.output)).toEqual(['3:25:ENCODING_INVALID']);
  const latin = await judgeInMemory(specOf({ schema: SCHEMA, source: { encoding: 'latin-1' } }), content);
  expect(latin.output.staged.map((row) => row.cells[0])).toEqual(['\u0080é', '\u0081']);
});

test('a byte order mark is taken off and accounted for', async () => {
  const { output, report } = await judgeInMemory(spec({}), '\ufeffid,quantity,price\na,1,1\n');
  expect(output.nonRecords().slice(0, 2)).toEqual(['bom@0+3', 'header@3+18']);
  expect(report).toMatchObject({ status: 'accepted', staged: 1 });
});
