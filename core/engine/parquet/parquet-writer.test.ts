import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainCell, query, type PlainCell } from '../test-support/duckdb-values.ts';
import { plainText, TYPES, valuesOf } from '../test-support/parquet-values.ts';
import { ParquetFile } from './parquet-reader.ts';
import type { ParquetColumn } from './parquet-schema.ts';
import { ParquetWriter, type ParquetCell } from './parquet-writer.ts';

const PYTHON = fileURLToPath(new URL('../../../.tools/python/bin/python', import.meta.url));
const READER = fileURLToPath(new URL('../test-support/read_parquet.py', import.meta.url));

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  path = join(folder, 'a.parquet');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const COLUMNS: readonly ParquetColumn[] = TYPES.flatMap((type, index) => [
  { name: `c${index}`, type, repeated: false },
  { name: `r${index}`, type, repeated: true },
]);

function cellOf({ type, repeated }: ParquetColumn): fc.Arbitrary<ParquetCell> {
  const value = fc.option(valuesOf(type), { nil: null, freq: 4 });
  return repeated ? fc.option(fc.array(value, { maxLength: 5 }), { nil: null, freq: 4 }) : value;
}

/** A small pool of rows, of which a file repeats some: so that runs, dictionaries and their overflow all occur. */
const ROWS = fc
  .array(fc.tuple(...COLUMNS.map(cellOf)), { minLength: 1, maxLength: 12 })
  .chain((pool) => fc.array(fc.constantFrom(...pool), { maxLength: 60 }));

function plainRow(row: readonly ParquetCell[]): PlainCell[] {
  return COLUMNS.map(({ type }, index) => {
    const cell = row[index] ?? null;
    if (Array.isArray(cell)) return cell.map((element) => plainText(type, element as never));
    return plainText(type, cell as never);
  });
}

function write(columns: readonly ParquetColumn[], rows: readonly (readonly ParquetCell[])[], rowGroupRows?: number): void {
  const writer = new ParquetWriter(path, columns, rowGroupRows === undefined ? {} : { rowGroupRows });
  for (const row of rows) writer.append(row);
  writer.finish();
}

describe('a Parquet file of our own', () => {
  it('gives DuckDB exactly the values that were written, of every type', async () => {
    await fc.assert(
      fc.asyncProperty(ROWS, fc.integer({ min: 1, max: 30 }), async (rows, rowGroupRows) => {
        write(COLUMNS, rows, rowGroupRows);
        const read = await query(`select * from read_parquet('${path}')`);
        expect(read.map((row) => row.map((value, index) => plainCell(COLUMNS[index]!.type, value)))).toEqual(rows.map(plainRow));
      }),
      { numRuns: 60 },
    );
  });

  it.skipIf(!existsSync(PYTHON))('gives pyarrow exactly the values that were written, page checksums verified', () => {
    for (const [seed, rows] of fc.sample(ROWS, { numRuns: 8, seed: 20230130 }).entries()) {
      write(COLUMNS, rows, seed + 1);
      const lines = execFileSync(PYTHON, [READER, path], { encoding: 'utf8' }).split('\n').slice(0, -1);
      expect(lines.map((line) => JSON.parse(line) as PlainCell[])).toEqual(rows.map(plainRow));
    }
  });

  it('has the types of the schema in DuckDB', async () => {
    const columns = TYPES.map((type, index): ParquetColumn => ({ name: `c${index}`, type, repeated: false }));
    write(columns, []);
    const types = await query(`select column_type from (describe select * from '${path}')`);
    expect(types.flat()).toEqual([
      ...['VARCHAR', 'JSON', 'BIGINT', 'DECIMAL(1,0)', 'DECIMAL(9,2)', 'DECIMAL(10,10)', 'DECIMAL(18,4)', 'DECIMAL(19,0)'],
      ...['DECIMAL(38,9)', 'DECIMAL(38,18)', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'BLOB'],
    ]);
  });

  it('keeps every value when a dictionary overflows into plain pages, over many pages and row groups', async () => {
    const columns: readonly ParquetColumn[] = [
      { name: 'few', type: { kind: 'STRING' }, repeated: false },
      { name: 'unique', type: { kind: 'STRING' }, repeated: false },
      { name: 'late', type: { kind: 'STRING' }, repeated: false },
      { name: 'long', type: { kind: 'STRING' }, repeated: false },
      { name: 'n', type: { kind: 'INT64' }, repeated: false },
    ];
    const count = 300_000;
    const writer = new ParquetWriter(path, columns);
    const filler = 'x'.repeat(900);
    for (let row = 0; row < count; row += 1) {
      // `late` repeats for long enough to pass the trial and then brings more entries than a dictionary may have.
      const late = row < 60_000 ? `k${row % 50}` : row < 130_000 ? `k${row}` : `k${row % 70_000}`;
      const long = row % 100 === 0 ? `${filler}${row % 5000}` : null;
      writer.append([`v${row % 7}`, `id-${row}`, late, long, BigInt(row)]);
    }
    writer.finish();
    const late = `case when n < 60000 then n % 50 when n < 130000 then n else n % 70000 end`;
    const wrong = `few <> 'v' || (n % 7) or "unique" <> 'id-' || n or late <> 'k' || (${late})
      or (n % 100 = 0) <> (long is not null) or long <> repeat('x', 900) || (n % 5000)`;
    expect(await query(`select count(*), count(distinct n), count(*) filter (where ${wrong}) from '${path}'`)).toEqual([
      [BigInt(count), BigInt(count), 0n],
    ]);
    const groups = await query(
      `select path_in_schema, max(encodings) from parquet_metadata('${path}') where row_group_id = 0 group by 1 order by 1`,
    );
    expect(groups).toContainEqual(['few', 'PLAIN, RLE, RLE_DICTIONARY']);
  });

  it('has exact statistics: the smallest and largest value and the number of NULLs of every chunk', async () => {
    const columns: readonly ParquetColumn[] = [
      { name: 's', type: { kind: 'STRING' }, repeated: false },
      { name: 'd', type: { kind: 'DECIMAL', precision: 38, scale: 18 }, repeated: false },
      { name: 'i', type: { kind: 'INT64' }, repeated: false },
    ];
    // U+FFFF is before U+1D11E in UTF-8 and behind it in UTF-16: the order of the bytes is what counts.
    write(columns, [
      ['\uffff', -1n, 2n ** 63n - 1n],
      ['\u{1d11e}', 1n, -(2n ** 63n)],
      [null, null, null],
      ['a', 0n, 0n],
    ]);
    const metadata = await query(
      `select stats_min_value, stats_max_value, stats_null_count from parquet_metadata('${path}') order by column_id`,
    );
    expect(metadata).toEqual([
      ['a', '\u{1d11e}', 1n],
      ['-0.000000000000000001', '0.000000000000000001', 1n],
      ['-9223372036854775808', '9223372036854775807', 1n],
    ]);
  });

  it('is the same bytes for the same rows', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        write(COLUMNS, rows, 7);
        const first = readFileSync(path);
        write(COLUMNS, rows, 7);
        expect(readFileSync(path).equals(first)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('gives its own reader the integers that were written, NULLs too', () => {
    const cell = fc.option(fc.maxSafeInteger(), { nil: null });
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (values, rowGroupRows) => {
        const column: ParquetColumn = { name: 'n', type: { kind: 'INT64' }, repeated: false };
        const writer = new ParquetWriter(path, [column], { rowGroupRows });
        for (const value of values) writer.append([value === null ? null : BigInt(value)]);
        writer.finish();
        const file = new ParquetFile(path);
        const read = [...file.integers('n')].flatMap((page) => [...page]).map((value) => (Number.isNaN(value) ? null : value));
        file.close();
        expect(read).toEqual(values.map((value) => (value === null ? null : value + 0)));
      }),
    );
  });

  it.each([
    ['a number in an INT64 column', { kind: 'INT64' }, 1],
    ['an INT64 out of range', { kind: 'INT64' }, 2n ** 63n],
    ['a decimal of too many digits', { kind: 'DECIMAL', precision: 38, scale: 0 }, 10n ** 38n],
    ['a small decimal of too many digits', { kind: 'DECIMAL', precision: 5, scale: 2 }, 100_000n],
    ['a list in a column that is not repeated', { kind: 'STRING' }, ['a']],
    ['not a number', { kind: 'FLOAT64' }, Number.NaN],
  ] as const)('refuses %s', (_, type, cell) => {
    const writer = new ParquetWriter(path, [{ name: 'c', type, repeated: false }]);
    expect(() => {
      writer.append([cell]);
      writer.finish();
    }).toThrow(/not of its column/);
    writer.close();
  });
});
