import { createHash } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AMOUNT, INT64, specOf } from './test-support/spec-of.ts';
import { judgeInMemory, refusals } from './test-support/judge-in-memory.ts';
import type { ControlFile } from '../spec/source-spec.ts';

const SCHEMA = [
  { name: 'id', nullable: false, unique: true },
  { name: 'quantity', type: INT64 },
  { name: 'price', type: AMOUNT },
];
const ORDERS = specOf({ schema: SCHEMA });
const GOOD = 'id,quantity,price\nA,1,1.5\nB,2,2.25\n';

function controlled(control: Partial<ControlFile>): ReturnType<typeof specOf> {
  return specOf({
    schema: SCHEMA,
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
  });
}

test('a gzip file of several members is read as one', async () => {
  const content = Buffer.concat([gzipSync(GOOD), gzipSync('C,3,4\n')]);
  const { report, output } = await judgeInMemory(ORDERS, content, { file: 'orders.csv.gz' });
  expect(report).toMatchObject({ status: 'accepted', records_in: 3, bytes: content.length });
  expect(report.decompressed_bytes).toBe(GOOD.length + 6);
  expect(output.staged[2]?.span.byteOffset).toBe(GOOD.length);
});

test.each([
  ['truncated', (bytes: Buffer) => bytes.subarray(0, -3)],
  ['truncated in its data', (bytes: Buffer) => bytes.subarray(0, 15)],
  ['of a wrong CRC', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(4, 7), bytes.subarray(-4)])],
  ['followed by garbage', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('garbage')])],
  ['followed by zeros', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(16)])],
  ['no gzip at all', () => Buffer.from(GOOD)],
])('a gzip file that is %s fails, and every byte that came out is accounted for', async (_, damage) => {
  const { report } = await judgeInMemory(ORDERS, damage(gzipSync(GOOD)), { file: 'orders.csv.gz' });
  expect(report.status).toBe('failed');
  expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_COMPRESSION']);
  expect(report.conservation.holds).toBe(true);
  expect(report.staged).toBe(0);
});

function zstd(text: string): Buffer {
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** The magic number of a skippable frame, its length, its content. */
const SKIPPABLE = Buffer.concat([Buffer.from('532a4d1805000000', 'hex'), Buffer.from('notes')]);

test('a zstd file of several frames, some of them skippable, is read as one', async () => {
  const content = Buffer.concat([SKIPPABLE, zstd(GOOD), SKIPPABLE, zstd('C,3,4\n'), zstd(''), SKIPPABLE]);
  const { report, output } = await judgeInMemory(ORDERS, content, { file: 'orders.csv.zst' });
  expect(report).toMatchObject({ status: 'accepted', records_in: 3, bytes: content.length });
  expect(report.decompressed_bytes).toBe(GOOD.length + 6);
  expect(output.staged[2]?.span.byteOffset).toBe(GOOD.length);
});

test.each([
  ['truncated in its checksum', (bytes: Buffer) => bytes.subarray(0, -3)],
  ['truncated in its data', (bytes: Buffer) => bytes.subarray(0, 15)],
  ['truncated in its header', (bytes: Buffer) => bytes.subarray(0, 5)],
  ['truncated in a second frame', (bytes: Buffer) => Buffer.concat([bytes, bytes.subarray(0, 3)])],
  ['truncated in a skippable frame', (bytes: Buffer) => Buffer.concat([bytes, SKIPPABLE.subarray(0, -1)])],
  ['of a wrong checksum', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -4), Buffer.alloc(4, 7)])],
  ['damaged in its data', (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)))],
  ['followed by garbage', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('garbage')])],
  ['followed by zeros', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(16)])],
  ['in need of a dictionary', () => Buffer.from('28b52ffd2101050900', 'hex')],
  ['no zstd at all', () => Buffer.from(GOOD)],
])('a zstd file that is %s fails, and every byte that came out is accounted for', async (_, damage) => {
  for (const chunkBytes of [1, 256 * 1024]) {
    const { report } = await judgeInMemory(ORDERS, damage(zstd(GOOD)), { file: 'orders.csv.zst', limits: { chunkBytes } });
    expect(report.file_findings.at(-1)?.code).toBe('FILE_COMPRESSION');
    expect(report).toMatchObject({ status: 'failed', staged: 0, conservation: { holds: true } });
  }
});

test('a zstd or gzip file whose name does not say so fails', async () => {
  for (const content of [zstd(GOOD), gzipSync(GOOD)]) {
    const { report } = await judgeInMemory(ORDERS, content, { file: 'orders.csv' });
    expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_COMPRESSION']);
  }
});

test('a zstd frame that asks for a larger window than is kept fails as too large', async () => {
  const content = Buffer.from('28b52ffd00a00100004100', 'hex');
  const { report } = await judgeInMemory(ORDERS, content, { file: 'orders.csv.zst' });
  expect(report.file_findings).toMatchObject([
    { code: 'FILE_TOO_LARGE', message: 'The zstd stream needs a window of 1073741824 bytes, more than 134217728.' },
  ]);
});

test('a zstd file that expands beyond its limits fails', async () => {
  const content = zstd(`id,quantity,price\n${'A,1,1\n'.repeat(100_000)}`);
  const limits = { maxExpansionRatio: 50, minExpansionBytes: 1000 };
  const { report } = await judgeInMemory(ORDERS, content, { file: 'orders.csv.zst', limits });
  expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_TOO_LARGE']);
  expect(report.conservation.holds).toBe(true);
});

test('a file that expands beyond its limits fails', async () => {
  const content = gzipSync(`id,quantity,price\n${'A,1,1\n'.repeat(100_000)}`);
  const limits = { maxExpansionRatio: 50, minExpansionBytes: 1000 };
  const { report } = await judgeInMemory(ORDERS, content, { file: 'orders.csv.gz', limits });
  expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_TOO_LARGE']);
  expect(report.conservation.holds).toBe(true);
});

test('a repeated key refuses the later record, and only among good records', async () => {
  const { report, output } = await judgeInMemory(ORDERS, 'id,quantity,price\nA,x,1\nA,1,1\nB,2,2\nA,3,3\n');
  expect(refusals(output)).toEqual(['2:18:TYPE_MISMATCH', '5:36:DUPLICATE_KEY']);
  expect(report).toMatchObject({ staged: 2, quarantined: 2, duplicate_in_file: 1 });
});

test('what a control file states is compared exactly', async () => {
  const spec = controlled({
    row_count: 'rows',
    checksum: 'md5',
    totals: [{ column: 'price', field: 'total' }],
  });
  const md5 = createHash('md5').update(GOOD).digest('hex');
  const content = `# sent by the venue\nrows=2\nmd5: ${md5.toUpperCase()}\ntotal = 3.750\n`;
  const { report } = await judgeInMemory(spec, gzipSync(GOOD), { file: 'orders.csv.gz', control: { file: 'orders.ctl', content } });
  expect(report.status).toBe('accepted');
  expect(report.control).toEqual({
    file: 'orders.ctl',
    row_count: { expected: '2', found: '2', matches: true },
    checksum: { algorithm: 'md5', expected: md5.toUpperCase(), found: md5, over: 'decompressed', matches: true },
    totals: [{ column: 'price', expected: '3.750', found: '3.75', matches: true }],
  });
});

test('every statement of a control file that is wrong fails the file', async () => {
  const spec = controlled({ row_count: 'rows', checksum: 'crc', totals: [{ column: 'quantity', field: 'total' }] });
  const content = 'rows=3\ncrc=00000000\ntotal=4\n';
  const { report } = await judgeInMemory(spec, GOOD, { control: { file: 'orders.ctl', content } });
  expect(report.file_findings.map(({ code }) => code)).toEqual(['CONTROL_COUNT', 'CONTROL_CHECKSUM', 'CONTROL_TOTAL']);
  expect(report).toMatchObject({ status: 'failed', staged: 0, not_loaded: 2, records_in: 2 });
});

test('a trailer states the number of records', async () => {
  const spec = controlled({ type: 'trailer', pattern: null, row_count: '2' });
  const good = await judgeInMemory(spec, `${GOOD}TRAILER,2\n\n`);
  expect(good.report).toMatchObject({ status: 'accepted', records_in: 2 });
  expect(good.output.nonRecords().filter((each) => each.startsWith('trailer'))).toEqual([`trailer@${GOOD.length}+10`]);
  const wrong = await judgeInMemory(spec, `${GOOD}TRAILER,5\n`);
  expect(wrong.report.file_findings.map(({ code }) => code)).toEqual(['CONTROL_COUNT']);
});

test('more bad records than allowed fail the file', async () => {
  const spec = specOf({ schema: SCHEMA, validation: { max_bad_rows: null, max_bad_ratio_ppb: 250_000_000 } });
  const bad = 'id,quantity,price\nA,x,1\nB,1,1\nC,2,2\n';
  expect((await judgeInMemory(spec, bad)).report.file_findings.map(({ code }) => code)).toEqual(['TOO_MANY_BAD_ROWS']);
  expect((await judgeInMemory(spec, `${bad}D,4,4\n`)).report.status).toBe('quarantined');
});
