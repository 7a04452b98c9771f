import { expect, test } from 'vitest';
import { AMOUNT, INT64, specOf } from '../../test-support/spec-of.ts';
import { judgeInMemory, refusals } from '../../test-support/judge-in-memory.ts';

const ORDERS = specOf({
  schema: [
    { name: 'id', nullable: false },
    { name: 'quantity', type: INT64 },
    { name: 'price', type: AMOUNT },
  ],
});

test('records, header and line ends cover the file, whatever ends its lines', async () => {
  const { report, output } = await judgeInMemory(ORDERS, 'id,quantity,price\nA,1,1.5\r\nB,2,2.25\rC,,\n\n');
  expect(report.status).toBe('accepted');
  expect(output.staged.map(({ cells }) => cells)).toEqual([
    ['A', 1n, 15000n],
    ['B', 2n, 22500n],
    ['C', null, null],
  ]);
  expect(output.staged.map(({ span }) => [span.record, span.line, span.byteOffset, span.byteLength])).toEqual([
    [1, 2, 18, 7],
    [2, 3, 27, 8],
    [3, 4, 36, 3],
  ]);
  expect(output.nonRecords()).toEqual(['header@0+18', 'separator@25+2', 'separator@35+1', 'separator@39+1', 'blank_line@40+1']);
  expect(report.conservation.holds).toBe(true);
});

test('a quoted field keeps line ends, delimiters and doubled quotes', async () => {
  const { output } = await judgeInMemory(ORDERS, 'id,quantity,price\n"a ""b"",\r\nc",1,"2.5"\nD,2,3');
  expect(output.staged.map(({ cells }) => cells)).toEqual([
    ['a "b",\r\nc', 1n, 25000n],
    ['D', 2n, 30000n],
  ]);
  expect(output.staged[1]?.span.line).toBe(4);
});

test('an unclosed quote costs its physical line only', async () => {
  const { report, output } = await judgeInMemory(ORDERS, 'id,quantity,price\nA,1,1\n"B,2,2\nC,3,3\nD,4,4\n');
  expect(refusals(output)).toEqual(['3:24:RECORD_UNPARSABLE']);
  expect(output.staged.map(({ cells }) => cells[0])).toEqual(['A', 'C', 'D']);
  expect(report).toMatchObject({ status: 'quarantined', records_in: 4, staged: 3, quarantined: 1 });
});

test('a record over several lines with the wrong number of fields costs its first line only', async () => {
  const { output } = await judgeInMemory(ORDERS, 'id,quantity,price\n"A,1,1\nB,2,2\nC",3\nD,4,4\n');
  expect(refusals(output)).toEqual(['2:18:RECORD_UNPARSABLE', '4:31:FIELD_COUNT']);
  expect(output.staged.map(({ cells }) => cells[0])).toEqual(['B', 'D']);
});

test('text behind a closing quote refuses its line', async () => {
  const { output } = await judgeInMemory(ORDERS, 'id,quantity,price\n"A"x,1,1\nB,2,2\n');
  expect(refusals(output)).toEqual(['2:18:RECORD_UNPARSABLE']);
});

test('every column that is wrong has its finding', async () => {
  const { output } = await judgeInMemory(ORDERS, 'id,quantity,price\n,x,1.23456\n');
  expect(output.refused[0]?.findings.map(({ code, column }) => [code, column])).toEqual([
    ['NULL_NOT_ALLOWED', 'id'],
    ['TYPE_MISMATCH', 'quantity'],
    ['TYPE_MISMATCH', 'price'],
  ]);
});

test('bytes that are no UTF-8 refuse their record', async () => {
  const content = Buffer.concat([Buffer.from('id,quantity,price\nA'), Buffer.from([0xff]), Buffer.from(',1,1\nÄ,2,2\n')]);
  const { output } = await judgeInMemory(ORDERS, content);
  expect(refusals(output)).toEqual(['2:18:ENCODING_INVALID']);
  expect(output.staged[0]?.cells[0]).toBe('Ä');
});

test('a header that does not fit fails the file, its records are held', async () => {
  const { report, output } = await judgeInMemory(ORDERS, 'id,amount,price\nA,1,1\nB,2\n');
  expect(report.status).toBe('failed');
  expect(report.file_findings.map(({ code, found }) => [code, found])).toEqual([
    ['HEADER_MISMATCH', 'id, amount, price'],
    ['HEADER_MISMATCH', 'amount'],
  ]);
  expect(report).toMatchObject({ records_in: 2, staged: 0, quarantined: 1, not_loaded: 1 });
  expect(output.held).toHaveLength(1);
  expect(report.conservation.holds).toBe(true);
});

test('a line longer than a record may be is refused without being kept', async () => {
  const limits = { maxRecordBytes: 20, chunkBytes: 7 };
  const { report, output } = await judgeInMemory(ORDERS, `id,quantity,price\n${'x'.repeat(100)},1,2\nB,2,2\n`, { limits });
  expect(refusals(output)).toEqual(['2:18:RECORD_TOO_LONG']);
  expect(output.refused[0]?.span.byteLength).toBe(104);
  expect(output.staged).toHaveLength(1);
  expect(report.conservation.holds).toBe(true);
});

test('a file of no bytes fails, a header alone does not', async () => {
  expect((await judgeInMemory(ORDERS, '')).report.file_findings[0]?.code).toBe('FILE_EMPTY');
  expect((await judgeInMemory(ORDERS, 'id,quantity,price\n')).report).toMatchObject({ status: 'accepted', records_in: 0 });
});
