import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlFile, SourceSpec } from '../spec/source-spec.ts';
import type { ColumnType } from '../types/column-type.ts';
import { outputColumns } from './output-columns.ts';
import { LINEAGE_COLUMNS } from './output/lineage-columns.ts';
import { difference, differenceBetweenWays, judgeOneWay, type ComparedFile, type Way } from './test-support/comparison/judge-both-ways.ts';
import { csvComparison, formatComparison } from './test-support/comparison/random-comparison.ts';
import { plainCell, query } from './test-support/duckdb-values.ts';
import { AMOUNT, INT64, rowRule, specOf, STRING } from './test-support/spec-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'both-ways-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ONE_RANGE: Way = { rangeBytes: 1024 * 1024, chunkBytes: 4096 };
const TINY_RANGES: Way = { rangeBytes: 1, chunkBytes: 7 };

function differenceOn(spec: SourceSpec, content: string | Buffer, more: Partial<ComparedFile> = {}): Promise<string | null> {
  const input = { spec, file: 'file.csv', delivered: Buffer.from(content), limits: { maxRecordBytes: 4096 }, ...more };
  return differenceBetweenWays(folder, input, [ONE_RANGE, TINY_RANGES]);
}

/** Without shrinking: a seed says nothing about the size of what it stands for. */
const seeds = fc.noShrink(fc.nat(2 ** 31 - 1));

test('a file gives the same range by range as record by record', async () => {
  const compared = async (seed: number): Promise<void> => {
    const input = csvComparison(seed, { rows: 40, mutations: 8 });
    expect(await differenceBetweenWays(folder, input, input.ways)).toBeNull();
  };
  await fc.assert(fc.asyncProperty(seeds, compared), { numRuns: 250 });
});

test.each(['json', 'jsonl', 'xml'] as const)('a %s file gives the same however it is cut', async (format) => {
  const compared = async (seed: number): Promise<void> => {
    const input = formatComparison(seed, format, { rows: 0, mutations: 8 });
    expect(await differenceBetweenWays(folder, input, input.ways)).toBeNull();
  };
  await fc.assert(fc.asyncProperty(seeds, compared), { numRuns: 40 });
});

test('any number of workers writes the same bytes, the same as this thread', async () => {
  const compared = async (seed: number): Promise<void> => {
    const input = csvComparison(seed, { rows: 400, mutations: 30 });
    const ways = [0, 1, 2].map((workers) => ({ rangeBytes: 2000, minWorkerBytes: 0, workers }));
    const [inline, ...others] = await Promise.all(ways.map((way) => judgeOneWay(folder, input, way)));
    for (const outcome of others) {
      expect(difference(inline!, outcome)).toBeNull();
      expect(outcome.valid).toEqual(inline!.valid);
    }
  };
  await fc.assert(fc.asyncProperty(seeds, compared), { numRuns: 15 });
});

test('DuckDB reads the rows that were staged', async () => {
  let files = 0;
  const compared = async (seed: number): Promise<void> => {
    const input = csvComparison(seed, { rows: 40, mutations: 2 });
    const { valid, rows } = await judgeOneWay(folder, input, { rangeBytes: 500, chunkBytes: 256 });
    if (valid === null) return;
    files += 1;
    const path = join(folder, 'read-back.parquet');
    writeFileSync(path, valid);
    const columns = [...outputColumns(input.spec), ...LINEAGE_COLUMNS];
    const read = await query(`select * from '${path}'`);
    expect(read.map((row) => JSON.stringify(row.map((cell, index) => plainCell(columns[index]!.type, cell))))).toEqual(rows);
  };
  await fc.assert(fc.asyncProperty(seeds, compared), { numRuns: 40 });
  expect(files).toBeGreaterThan(10);
});

test.each([
  ['-', 'a-b-c\n5--1-7\n2023-01-30\n'],
  ['.', 'a.b.c\n1.5.7\n1.5\n'],
  [',', 'a,b,c\n1,5,7,9\n"1,5","2,5",3\n1,5,7\n'],
  ['0', 'a0b0c\n00\n10203\n'],
])('the delimiter %s ends a field within what looks like a number', async (delimiter, content) => {
  const schema = [
    { name: 'a', type: INT64 },
    { name: 'b', type: AMOUNT },
    { name: 'c', type: AMOUNT },
  ];
  const decimal_separator = delimiter === ',' ? ',' : '.';
  expect(await differenceOn(specOf({ schema, source: { csv: { delimiter, decimal_separator } } }), content)).toBeNull();
});

test('an escape that is a digit is no digit', async () => {
  const spec = specOf({ schema: [{ name: 'a', type: INT64 }], source: { csv: { escape: '1' } } });
  expect(await differenceOn(spec, 'a\n"6411965"\n"61"\n')).toBeNull();
});

test('a delimiter that stands in dates ends a field within what looks like one', async () => {
  const schema = ['a', 'b', 'c'].map((name) => ({ name, type: { kind: 'TIMESTAMP' as const }, format: { kind: 'iso8601' as const } }));
  for (const delimiter of ['-', ':', ' ', 'T', '+', '.']) {
    const spec = specOf({ schema, source: { csv: { delimiter } } });
    const times = '2023-01-30T12:00:00.5+01:00\n2023-01-30 12:00:00Z\n';
    expect(await differenceOn(spec, `${['a', 'b', 'c'].join(delimiter)}\n${times}`)).toBeNull();
  }
});

test('a field of the file that is two columns is read for both', async () => {
  const header = { kind: 'header' as const, text: 'id' };
  const spec = specOf({
    schema: [
      { name: 'text', locator: header },
      { name: 'number', type: INT64, locator: header },
    ],
  });
  expect(await differenceOn(spec, 'id\n7\nx\n8\n')).toBeNull();
});

test('blanks of an identity column are NULL or empty as they are quoted, whatever stood before', async () => {
  const base = specOf({
    schema: [
      { name: 'id', nullable: false },
      { name: 'n', type: INT64 },
    ],
  });
  const source_id = { kind: 'literal', type: { kind: 'STRING' }, value: 'x' } as const;
  const identity = { domain: 'd', source_system: 's', source_id, columns: ['id'] };
  const spec = { ...base, processing: { ...base.processing, identity } };
  const { quarantine } = await judgeOneWay(
    folder,
    { spec, file: 'file.csv', delivered: Buffer.from('id,n\n" ",1\n ,2\n'), limits: {} },
    null,
  );
  expect(quarantine.toString()).toContain('"record":2');
  expect(await differenceOn(spec, 'id,n\n" ",1\n ,2\n" ",3\n')).toBeNull();
});

test('what was wrong before a file breaks off stands before that it breaks off', async () => {
  const spec = specOf({ schema: [{ name: 'id' }] });
  const delivered = gzipSync('other\n1\n').subarray(0, -4);
  expect(await differenceOn(spec, '', { file: 'file.csv.gz', delivered })).toBeNull();
});

test('a default that the column does not allow is refused where it stands in the file', async () => {
  const schema = [{ name: 'side', default: 'N/A', allowed_values: ['BUY'] }, { name: 'n' }];
  expect(await differenceOn(specOf({ schema }), 'side,n\n,1\nBUY,2\nN/A,3\n,4\nN/A,5\n')).toBeNull();
});

const TRAILER: ControlFile = {
  type: 'trailer',
  pattern: null,
  row_count: '2',
  checksum: null,
  business_date: null,
  checksum_algorithm: null,
  totals: [],
  required: true,
  wait_minutes: 0,
};

test.each([
  ['blank lines', null, '\n'],
  ['comments', '#', '# note\n'],
])('many %s behind a record may hide that it is the trailer', async (_, comment, filler) => {
  const spec = specOf({ schema: [{ name: 'a' }, { name: 'b' }], source: { csv: { comment } }, control_file: TRAILER });
  const limits = { maxRecordBytes: 40 };
  const many = filler.repeat(12_000 / filler.length);
  expect(await differenceOn(spec, `a,b\nx,1\n${many}y,2\n${many}`, { limits })).toBeNull();
  expect(await differenceOn(spec, `a,b\nx,1\n${many}T,1\n${many}`, { limits })).toBeNull();
});

test('a file that breaks off within a long line before its header accounts for that line', async () => {
  const spec = specOf({ schema: [{ name: 'a' }], source: { csv: { skip_rows: 1 } } });
  const random = Buffer.from(Array.from({ length: 30_000 }, (_, index) => 33 + ((index * index * 7919) % 89)));
  const delivered = gzipSync(random).subarray(0, -9);
  expect(await differenceOn(spec, '', { file: 'file.csv.gz', delivered, limits: { maxRecordBytes: 40 } })).toBeNull();
});

test('a range without a staged row leaves nothing behind for the row group of the next', async () => {
  const spec = specOf({ schema: [{ name: 'text' }, { name: 'number', type: INT64 }] });
  const bad = Array.from({ length: 50 }, (_, row) => `bad${row},x\n`).join('');
  const input = {
    spec,
    file: 'file.csv',
    delivered: Buffer.from(`text,number\n${bad}${'good,1\n'.repeat(900)}`),
    limits: { maxRecordBytes: 40 },
  };
  const ways = [0, 1, 2].map((workers) => ({ rangeBytes: 300, minWorkerBytes: 0, workers }));
  const valid: (string | undefined)[] = [];
  for (const way of ways) valid.push((await judgeOneWay(folder, input, way)).valid?.toString('latin1'));
  expect(valid[0]).not.toBeUndefined();
  expect(valid.map((each) => each === valid[0])).toEqual([true, true, true]);
});

test.each([[[]], [['']], [['', 'n/a']]])('an empty field between quotes is what null_values %j make of it', async (nullValues) => {
  const types = [STRING, STRING, INT64, AMOUNT, { kind: 'DATE' }, { kind: 'TIMESTAMP' }] satisfies ColumnType[];
  const schema = types.map((type, index) => ({ name: `c${index}`, type }));
  const good = ['a', 'b', '1', '1.5', '2023-01-30', '2023-01-30T08:00:00.000000Z'];
  const texts = ['""', '', '"" ', '""x', '""""', '"n/a"', '"'];
  const rows = texts.flatMap((text) => good.map((_, index) => good.map((each, at) => (at === index ? text : `"${each}"`)).join(',')));
  const header = schema.map(({ name }) => name).join(',');
  for (const escape of ['"', '\\']) {
    // A text that a rule asks for is looked up at once.
    const columns = new Map(schema.map(({ name, type }) => [name, type]));
    const validation = { row_level: [rowRule("c1 <> 'c'", columns)] };
    const spec = specOf({ schema, source: { csv: { null_values: nullValues, escape } }, validation });
    for (const end of ['\n', '\r\n']) expect(await differenceOn(spec, [header, ...rows, ...rows.slice(0, 12), ''].join(end))).toBeNull();
  }
});

test('no key is lost where room for more of them is made', async () => {
  const spec = specOf({ schema: [{ name: 'id', unique: true }] });
  // A doubled quote is for the reader of whole files.
  const ids = Array.from({ length: 5000 }, (_, row) => `"x""${row}"\n`).join('');
  expect(await differenceOn(spec, `id\n${ids}${ids}`, { limits: {} })).toBeNull();
});

test('a comment longer than a range is no record to the second way of counting', async () => {
  const spec = specOf({ schema: [{ name: 'a' }], source: { csv: { comment: '#' } } });
  const limits = { maxRecordBytes: 40 };
  for (const end of ['\n', '\r\n']) {
    expect(
      await differenceOn(spec, `a${end}x${end}#${'long "comment" '.repeat(60)}${end}y${end}#${'plain '.repeat(60)}`, { limits }),
    ).toBeNull();
  }
});
