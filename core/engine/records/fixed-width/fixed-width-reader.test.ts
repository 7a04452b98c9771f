import { describe, expect, test } from 'vitest';
import type { SourceSpec } from '../../../spec/source-spec.ts';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from '../../test-support/spec-of.ts';

const at = (position: number, width: number): Pick<ColumnOptions, 'locator'> => ({ locator: { kind: 'characters', position, width } });
const SCHEMA: readonly ColumnOptions[] = [
  { name: 'id', nullable: false, ...at(1, 4) },
  { name: 'quantity', type: INT64, ...at(6, 5) },
  { name: 'price', type: AMOUNT, ...at(11, 6) },
  { name: 'trader', ...at(17, 4) },
];

function positions(source: Partial<SourceSpec['source']> = {}, more: Partial<SourceSpec> = {}): SourceSpec {
  const csv = { ...specOf({ schema: [] }).source.csv, has_header: false, ...source.csv };
  return specOf({ ...more, schema: SCHEMA, source: { format: 'fixed_width', ...source, csv } });
}

function row(id: string, quantity: string, price: string, trader: string): string {
  return id.padEnd(5) + quantity.padStart(5) + price.padStart(6) + trader.padEnd(4);
}

test('columns are cut out by their characters, and the blanks at both ends of a value do not belong to it', async () => {
  const { report, output } = await judgeInMemory(positions(), 'A1       7  1.50Ann \r\n  B2x  -8 2.2500Bo  \n');
  expect(output.staged.map(({ cells }) => cells)).toEqual([
    ['A1', 7n, 15000n, 'Ann'],
    ['B2', -8n, 22500n, 'Bo'],
  ]);
  expect(output.staged.map(({ span }) => [span.line, span.byteOffset, span.byteLength])).toEqual([
    [1, 0, 20],
    [2, 22, 20],
  ]);
  expect(report.conservation).toMatchObject({ holds: true, tokenizer_records: 2 });
});

test('a line that is shorter than the layout is refused, one that is longer too unless only blanks follow', async () => {
  const whole = row('A', '7', '1.50', 'Anna');
  const lines = [whole.slice(0, -1), whole, `${whole}   `, `${whole}  x`, `${whole} `];
  const { output } = await judgeInMemory(positions(), `${lines.join('\n')}\n`);
  expect(refusals(output)).toEqual(['1:0:FIELD_COUNT', '4:65:FIELD_COUNT']);
  const [first] = output.refused[0]?.findings ?? [];
  expect(first).toMatchObject({ found: '19', expected: '20', message: 'The line has 19 characters, the layout has 20.' });
  expect(output.staged.map(({ span }) => [span.record, span.byteLength])).toEqual([
    [2, 20],
    [3, 23],
    [5, 21],
  ]);
});

test('record_width names characters behind the last column that are not loaded', async () => {
  const content = `${row('A1', '7', '1.50', 'Ann')}XYZ \n${row('A2', '7', '1.50', 'Ann')}X \n`;
  const { output } = await judgeInMemory(positions({ record_width: 23 }), content);
  expect(output.staged.map(({ cells }) => cells[3])).toEqual(['Ann']);
  expect(refusals(output)).toEqual(['2:25:FIELD_COUNT']);
});

test('blanks alone are NULL, and so is a text of null_values', async () => {
  const csv = { ...specOf({ schema: [] }).source.csv, null_values: ['N/A'] };
  const { output } = await judgeInMemory(
    positions({ csv: { ...csv, has_header: false } }),
    `A1   ${' '.repeat(15)}\n${' '.repeat(20)}\nA3     N/A  1.50 N/A\n`,
  );
  expect(output.staged.map(({ cells }) => cells)).toEqual([
    ['A1', null, null, null],
    ['A3', null, 15000n, null],
  ]);
  expect(refusals(output)).toEqual(['2:21:NULL_NOT_ALLOWED']);
});

describe('characters are counted', () => {
  const line = row('Zoé', '17', '1.50', 'Jürg');
  test('as code points in UTF-8', async () => {
    const { output } = await judgeInMemory(positions(), `${line}\n${row('\u{1f600}é   ', '17', '1.50', 'Ann')}\n`);
    expect(output.staged.map(({ cells, span }) => [cells[0], cells[3], span.byteLength])).toEqual([
      ['Zoé', 'Jürg', 22],
      ['\u{1f600}é', 'Ann', 24],
    ]);
  });

  test('as bytes in latin-1 and windows-1252', async () => {
    for (const encoding of ['latin-1', 'windows-1252'] as const) {
      const { output } = await judgeInMemory(positions({ encoding }), Buffer.from(`${line}\n`, 'latin1'));
      expect(output.staged.map(({ cells, span }) => [cells[0], cells[3], span.byteLength])).toEqual([['Zoé', 'Jürg', 20]]);
    }
  });

  test('as characters in UTF-16, with offsets in its own bytes', async () => {
    const content = Buffer.from(`\ufeff${line}\r\n${line.replace('17', '1x')}\r\n`, 'utf16le');
    const { output, report } = await judgeInMemory(positions({ encoding: 'utf-16' }), content);
    expect(output.staged.map(({ cells, span }) => [cells[3], span.byteOffset, span.byteLength])).toEqual([['Jürg', 2, 40]]);
    expect(refusals(output)).toEqual(['2:46:TYPE_MISMATCH']);
    expect(report.conservation.holds).toBe(true);
  });
});

test('bytes that are no text refuse the record, in a column and between columns', async () => {
  const line = (id: string, gap: string): string => `${id}${gap}    7  1.50Ann \n`;
  const content = Buffer.from(line('A\xff1 ', ' ') + line('A2  ', '\xff') + line('A3  ', 'x'), 'latin1');
  const { output } = await judgeInMemory(positions(), content);
  expect(output.refused.map(({ findings }) => findings.map(({ code, column }) => [code, column]))).toEqual([
    [['ENCODING_INVALID', 'id']],
    [['ENCODING_INVALID', '#5-5']],
  ]);
  expect(output.staged.map(({ cells }) => cells[0])).toEqual(['A3']);
});

test('skipped rows, a header, comments and blank lines are no records', async () => {
  const csv = { ...specOf({ schema: [] }).source.csv, has_header: true, skip_rows: 1, comment: '*' };
  const text = 'POSITIONS 2023-01-30\n* a comment\nID   QTY  PRICE WHO\n\nA1       7  1.50Ann \n';
  const { output, report } = await judgeInMemory(positions({ csv }), text);
  expect(output.nonRecords()).toEqual(['skipped_row@0+21', 'comment@21+12', 'header@33+20', 'blank_line@53+1', 'separator@74+1']);
  expect(report).toMatchObject({ records_in: 1, status: 'accepted', conservation: { holds: true, tokenizer_records: 1 } });
  const { report: empty } = await judgeInMemory(positions({ csv }), 'POSITIONS\n* no more\n');
  expect(empty.file_findings.map(({ code }) => code)).toEqual(['HEADER_MISMATCH']);
});

test('a header or trailer record states records and totals at its characters', async () => {
  const control = { pattern: null, checksum: null, checksum_algorithm: null, required: true, wait_minutes: 0 };
  const stated = { row_count: '2-7', business_date: '8-15', totals: [{ column: 'price', field: '16-25' }] };
  const records = 'A1       7  1.50Ann \nA2       7  2.25Bo  \n';
  const trailer = positions({}, { control_file: { type: 'trailer', ...control, ...stated } });
  const good = await judgeInMemory(trailer, `${records}T00000220230130      3.75\n`);
  expect(good.report).toMatchObject({
    status: 'accepted',
    records_in: 2,
    control: { row_count: { matches: true }, totals: [{ matches: true }] },
  });
  const header = positions({}, { control_file: { type: 'header', ...control, ...stated } });
  const wrong = await judgeInMemory(header, `H00000320230130      3.70\n${records}`);
  expect(wrong.report.file_findings.map(({ code }) => code)).toEqual(['CONTROL_COUNT', 'CONTROL_TOTAL']);
  const short = await judgeInMemory(trailer, `${records}T000002\n`);
  expect(short.report.file_findings).toMatchObject([{ code: 'CONTROL_MISSING', message: 'The trailer record does not state 8-15.' }]);
});

test('a line beyond the limit is refused whole, and reading goes on behind it', async () => {
  const { output } = await judgeInMemory(positions(), `${'x'.repeat(50)}\nA1       7  1.50Ann `, { limits: { maxRecordBytes: 30 } });
  expect(refusals(output)).toEqual(['1:0:RECORD_TOO_LONG']);
  expect(output.staged.map(({ span }) => [span.record, span.line, span.byteOffset])).toEqual([[2, 2, 51]]);
});
