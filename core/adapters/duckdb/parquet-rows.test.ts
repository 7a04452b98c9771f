import { readFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createValidationPool, type ValidationPool, type ValidationPoolOptions } from '../../engine/process/validation-pool.ts';
import type { QuarantineRecord, Report } from '../../engine/report.ts';
import { INT64, specOf, STRING, type ColumnOptions } from '../../engine/test-support/spec-of.ts';
import type { ColumnType } from '../../types/column-type.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { writeParquetRows } from './parquet-rows.ts';

/** Written by pyarrow 26: DuckDB writes no file of these types. */
const BY_PYARROW = {
  /** id STRING, at TIMESTAMP of nanoseconds in UTC: 2023-01-30T06:00:00.123456789Z, NULL, one nanosecond before 1970. */
  utcNanos:
    'UEFSMRUAFSoVKiwVBhUAFQYVBhwAAAACAAAABgEBAAAAYQEAAABiAQAAAGMVABUsFSwsFQYVABUGFQYcAAAAAgAAAAMFFY1kdb0APxf//////////xUEGTw1ABgGc2NoZW1hFQQAFQwlAhgCaWQlAEwcAAAAFQQlAhgCYXRsjBEcPAAAAAAAFgYZHBksJgAcFQwZJQYAGRgCaWQVABYGFlAWUCYISRwVABUAFQIAPBYGGQYZJgAGAAAAJgAcFQQZJQYAGRgCYXQVABYGFlIWUiZYSRwVABUAFQIAPCkGGSYCBAAAABaiARYGJggWogEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRksHAAAHAAAAMYAAABQQVIx',
  decimalOf50:
    'UEFSMRUAFTYVNiwVAhUAFQYVBhwAAAACAAAAAgEAAAAAAAAAAAAAAAAAAAAAAAAAAJYVBBksNQAYBnNjaGVtYRUCABUOFSoVAhgBeCUKFQQVZCxcFQQVZAAAABYCGRwZHCYAHBUOGSUGABkYAXgVABYCFlwWXCYISRwVABUAFQIAPCkGGSYAAgAAABZcFgImCBZcACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZHBwAAACKAAAAUEFSMQ==',
  int96:
    'UEFSMRUAFSQVJCwVAhUAFQYVBhwAAAACAAAAAgEVja8rpRMAAEeJJQAVBBksNQAYBnNjaGVtYRUCABUGJQIYAXgAFgIZHBkcJgAcFQYZJQYAGRgBeBUAFgIWShZKJghJHBUAFQAVAgA8KQYZJgACAAAAFkoWAiYIFkoAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAHoAAABQQVIx',
  timeOfNanos:
    'UEFSMRUAFRwVHCwVAhUAFQYVBhwAAAACAAAAAgEBAAAAAAAAABUEGSw1ABgGc2NoZW1hFQIAFQQlAhgBeGx8Ehw8AAAAAAAWAhkcGRwmABwVBBklBgAZGAF4FQAWAhZCFkImCEkcFQAVABUCADwpBhkmAAIAAAAWQhYCJggWQgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAgwAAAFBBUjE=',
  nestedUtcNanos:
    'UEFSMRUAFSgVKCwVAhUAFQYVBhwAAAACAAAAAgACAAAAAgMBAAAAAAAAABUEGUw1ABgGc2NoZW1hFQIANQIYAXgVAhUGTDwAAAA1BBgEbGlzdBUCABUEJQIYB2VsZW1lbnRsjBEcPAAAAAAAFgIZHBkcJgAcFQQZJQYAGTgBeARsaXN0B2VsZW1lbnQVABYCFk4WTiYISRwVABUAFQIAPCkmAgAZRgAAAAIAAAAWThYCJggWTgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAswAAAFBBUjE=',
} as const;
const NANOS: Partial<ColumnOptions> = { precision: 'ns', format: { kind: 'iso8601' } };

let folder: string;
let pool: ValidationPool;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-rows-'));
  pool = openPool();
});
afterAll(() => {
  pool.close();
  rmSync(folder, { recursive: true });
});

function openPool(options: Partial<ValidationPoolOptions> = {}): ValidationPool {
  return createValidationPool({ size: 1, scratchFolder: mkdtempSync(join(folder, 'pool-')), writeParquetRows, ...options });
}

async function parquet(sql: string, options = ''): Promise<Buffer> {
  const path = join(folder, 'made.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet ${options})`);
  connection.closeSync();
  return readFileSync(path);
}

function column(name: string, type: ColumnType, more: Partial<ColumnOptions> = {}): ColumnOptions {
  return { name, type, locator: { kind: 'json_path', steps: [name] }, ...more };
}

function spec(schema: readonly ColumnOptions[], more: Partial<SourceSpec> = {}): SourceSpec {
  return specOf({ schema_drift: 'discard', ...more, schema, source: { format: 'parquet' } });
}

interface Judged {
  readonly report: Report;
  readonly refused: readonly QuarantineRecord[];
  /** Rows of valid.parquet by DuckDB, each as JSON. */
  readonly rows: readonly string[];
}

async function judge(bytes: Uint8Array, own: SourceSpec, through = pool, file = 'a.parquet'): Promise<Judged> {
  const path = join(folder, 'delivered');
  writeFileSync(path, bytes);
  const request = { spec: own, file, load_id: '0'.repeat(32), version: 1, now: '2023-01-30T06:00:00.000000Z', input: { path } };
  const { report, outputFolder, release } = await through.validate(request);
  try {
    const lines = readFileSync(join(outputFolder, 'quarantine.jsonl'), 'utf8').split('\n').slice(0, -1);
    const rows = report.staged > 0 ? await rowsOf(join(outputFolder, 'valid.parquet'), own) : [];
    return { report, refused: lines.map((line) => JSON.parse(line) as QuarantineRecord), rows };
  } finally {
    release();
  }
}

async function rowsOf(path: string, { schema }: SourceSpec): Promise<readonly string[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const names = schema.flatMap(({ name, precision }) => (precision === 'ns' ? [name, `${name}_nanos`] : [name]));
  const texts = [...names, '_record', '_line', '_byte_offset', '_byte_length'].map((name) => `coalesce("${name}"::VARCHAR, 'NULL')`);
  const result = await connection.runAndReadAll(`SELECT concat_ws(' | ', ${texts.join(', ')}) FROM '${path}'`);
  connection.closeSync();
  return result.getRows().map(([text]) => String(text));
}

test('every value is as exact as it was written, and a row has a number but no place', async () => {
  const bytes = await parquet(`SELECT * FROM (VALUES
    ('a', 9223372036854775807, 12345678901234567890123456.789012345678::DECIMAL(38,12), 0.1::DOUBLE, true, DATE '2024-02-29',
     TIMESTAMPTZ '2023-01-30 06:00:00.123456+00', TIMESTAMP_NS '2023-01-30 06:00:00.123456789', '\\xFF\\x00'::BLOB, [1, 2], {'x': 7, 'y': 'é"'}),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) t(s, i, d, f, b, day, utc, local, bin, list, nested)`);
  const own = spec([
    column('s', STRING),
    column('i', INT64),
    column('d', { kind: 'DECIMAL', precision: 38, scale: 12 }),
    column('f', { kind: 'FLOAT64' }),
    column('b', { kind: 'BOOL' }),
    column('day', { kind: 'DATE' }, { format: { kind: 'iso8601' } }),
    column('utc', { kind: 'TIMESTAMP' }, { format: { kind: 'iso8601' } }),
    column('local', { kind: 'DATETIME' }, NANOS),
    column('bin', { kind: 'BYTES' }),
    column('list', INT64, { mode: 'REPEATED' }),
    column('x', INT64, { locator: { kind: 'json_path', steps: ['nested', 'x'] } }),
    column('nested', { kind: 'JSON' }),
  ]);
  const { report, rows } = await judge(bytes, own);
  const first =
    'a | 9223372036854775807 | 12345678901234567890123456.789012345678 | 0.1 | true | 2024-02-29 | 2023-01-30 06:00:00.123456+00 | 2023-01-30 06:00:00.123456 | 789 | \\xFF\\x00 | [1, 2] | 7 | {"x":7,"y":"é\\""}';
  const nulls = Array.from({ length: 13 }, (_, index) => (index === 10 ? '[]' : 'NULL')).join(' | ');
  expect(rows).toEqual([`${first} | 1 | NULL | NULL | NULL`, `${nulls} | 2 | NULL | NULL | NULL`]);
  expect(report).toMatchObject({ status: 'accepted', bytes: bytes.length, decompressed_bytes: bytes.length });
  expect(report.conservation).toMatchObject({ holds: true, bytes_staged: 0, bytes_of_non_records: {}, tokenizer_records: 2 });
});

test('nanoseconds in UTC are kept, which DuckDB alone would cut', async () => {
  const bytes = Buffer.from(BY_PYARROW.utcNanos, 'base64');
  const { rows } = await judge(bytes, spec([column('id', STRING), column('at', { kind: 'TIMESTAMP' }, NANOS)]));
  expect(rows).toEqual([
    'a | 2023-01-30 06:00:00.123456+00 | 789 | 1 | NULL | NULL | NULL',
    'b | NULL | NULL | 2 | NULL | NULL | NULL',
    'c | 1969-12-31 23:59:59.999999+00 | 999 | 3 | NULL | NULL | NULL',
  ]);
});

test('a bad row is refused as the JSON that it is, by its number', async () => {
  const bytes = await parquet(
    "SELECT range AS id, CASE WHEN range = 3 THEN 'NaN'::DOUBLE ELSE 1.5 END AS price FROM range(5000)",
    ', ROW_GROUP_SIZE 2048',
  );
  const own = spec([column('id', INT64), column('price', { kind: 'FLOAT64' })], { schema_drift: 'freeze' });
  const { report, refused } = await judge(bytes, own);
  expect(refused).toMatchObject([
    {
      record: 4,
      line: null,
      byte_offset: null,
      byte_length: null,
      raw: '{"id":3,"price":"NaN"}',
      findings: [{ code: 'TYPE_MISMATCH', column: 'price' }],
    },
  ]);
  expect(report.first_bad_records).toMatchObject([{ record: 4, line: null, byte_offset: null }]);
  expect(report).toMatchObject({ records_in: 5000, staged: 4999, conservation: { holds: true, tokenizer_records: 5000 } });
});

test('columns that are missing or unknown are found in every row, as in JSON', async () => {
  const { refused } = await judge(
    await parquet('SELECT 1 AS a, 2 AS b'),
    spec([column('a', INT64), column('c', INT64, { nullable: false })], { schema_drift: 'freeze' }),
  );
  expect(refused.map(({ findings }) => findings.map((finding) => [finding.code, finding.column]))).toEqual([
    [
      ['FIELD_MISSING', 'c'],
      ['FIELD_UNKNOWN', 'b'],
    ],
  ]);
});

describe('a file fails by itself', () => {
  const own = spec([column('id', INT64)]);
  const whole = (): Promise<Buffer> => parquet('SELECT range AS id FROM range(20000)');

  test('with FILE_UNREADABLE where it is damaged, with FILE_EMPTY where it has no bytes', async () => {
    const good = await whole();
    const damaged = Buffer.from(good);
    damaged.fill(0xff, 4, 40);
    const renamed = Buffer.from('id\n1\n');
    for (const bytes of [good.subarray(0, -100), good.subarray(100), damaged, renamed]) {
      const { report } = await judge(bytes, own);
      expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_UNREADABLE']);
      expect(report).toMatchObject({ status: 'failed', staged: 0, conservation: { holds: true } });
    }
    const { report: empty } = await judge(Buffer.alloc(0), own);
    expect(empty.file_findings.map(({ code }) => code)).toEqual(['FILE_EMPTY']);
    const { report: zipped } = await judge(good, own, pool, 'a.parquet.gz');
    expect(zipped.file_findings.map(({ code }) => code)).toEqual(['FILE_UNREADABLE']);
  });

  test('where its types cannot be read exactly', async () => {
    const { decimalOf50, int96, timeOfNanos, nestedUtcNanos } = BY_PYARROW;
    for (const text of [decimalOf50, int96, timeOfNanos, nestedUtcNanos]) {
      const { report } = await judge(Buffer.from(text, 'base64'), spec([column('x', STRING)]));
      expect(report.file_findings).toMatchObject([
        { code: 'FILE_UNREADABLE', message: expect.stringMatching(/^The column \w+ has /) as string },
      ]);
    }
  });

  test('where its rows take too much room, too much memory or too long, and the next is read', async () => {
    const good = await whole();
    const small = openPool({ engineLimits: { minExpansionBytes: 1000, maxRowsExpansionRatio: 1 } });
    const { report } = await judge(good, own, small);
    expect(report.file_findings.map(({ code }) => code)).toEqual(['FILE_TOO_LARGE']);
    small.close();
    for (const [reason, limits] of [
      ['memory', { maxResidentBytes: 1024 * 1024 }],
      ['time', { maxDurationMs: 1 }],
    ] as const) {
      const limited = openPool({ limits });
      await expect(judge(good, own, limited)).rejects.toMatchObject({ code: 'ENGINE_CHILD', details: { reason } });
      limited.close();
    }
    expect((await judge(good, own)).report).toMatchObject({ status: 'accepted', records_in: 20000 });
  });

  test('and a file without rows is accepted', async () => {
    const { report } = await judge(await parquet('SELECT 1 AS id WHERE false'), own);
    expect(report).toMatchObject({ status: 'accepted', records_in: 0, conservation: { holds: true, tokenizer_records: 0 } });
  });
});

test('reading that is stopped leaves no process', async () => {
  const rowsPath = join(folder, 'rows');
  const path = join(folder, 'long.parquet');
  writeFileSync(path, await parquet('SELECT range AS id FROM range(1000000)'));
  const stopping = new AbortController();
  const limits = { maxRowsBytes: 2 ** 40, maxResidentBytes: 2 ** 30, maxDurationMs: 60_000 };
  const reading = writeParquetRows({ path, rowsPath, ...limits, signal: stopping.signal });
  while ((statSync(rowsPath, { throwIfNoEntry: false })?.size ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort();
  await expect(reading).rejects.toMatchObject({ code: 'ENGINE_CHILD', details: { reason: 'closed' } });
});
