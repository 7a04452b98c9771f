import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnType, Value } from '../types/column-type.ts';
import { printValue } from '../types/print-value.ts';
import { VALID_FILE } from './result-files.ts';
import { LINEAGE_COLUMNS } from './output/lineage-columns.ts';
import { outputColumns } from './output-columns.ts';
import type { PlainCell } from './test-support/duckdb-values.ts';
import { judgeBytes } from './test-support/judge-bytes.ts';
import { plainText, TYPES, valuesOf } from './test-support/parquet-values.ts';
import { plainColumn, plainSpec } from './test-support/plain-spec.ts';
import { pyarrowLook, pyarrowRows } from './test-support/pyarrow-values.ts';

const FILES = 6;
/** 2023-01-30. */
const SEED = 20230130;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pyarrow-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const COLUMNS = TYPES.flatMap((type, index) => [
  plainColumn(`c${index}`, type, 'jsonl'),
  plainColumn(`r${index}`, type, 'jsonl', { mode: 'REPEATED' }),
]);
const SPEC = plainSpec({ format: 'jsonl', columns: COLUMNS });

type OneOrMany = Value | readonly Value[];

/** Values that a file can hold: no text of it means NULL, and no minus zero. */
function fileValuesOf(type: ColumnType): fc.Arbitrary<Value> {
  return valuesOf(type)
    .map((value) => (value === 0 ? 0 : value))
    .filter((value) => type.kind === 'STRING' || !['', 'null'].includes(sourceOf(type, value)));
}

const ROWS = fc.array(
  fc.tuple(
    ...COLUMNS.map(({ type, mode }): fc.Arbitrary<OneOrMany> => {
      const value = fileValuesOf(type);
      return mode === 'REPEATED' ? fc.array(value, { maxLength: 4 }) : fc.option(value, { nil: null, freq: 4 });
    }),
  ),
  { minLength: 1, maxLength: 40 },
);

function sourceOf(type: ColumnType, value: Value): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (printValue(type, value) ?? 'null');
}

function jsonOf(type: ColumnType, value: Value): string {
  if (value === null) return 'null';
  return type.kind === 'JSON' ? sourceOf(type, value) : JSON.stringify(sourceOf(type, value));
}

function lineOf(row: readonly OneOrMany[]): string {
  const members = COLUMNS.map(({ name, type }, index) => {
    const cell = row[index] ?? null;
    const source = Array.isArray(cell) ? `[${cell.map((each: Value) => jsonOf(type, each)).join(',')}]` : jsonOf(type, cell as Value);
    return `"${name}":${source}`;
  });
  return `{${members.join(',')}}\n`;
}

function plainRow(row: readonly OneOrMany[]): PlainCell[] {
  return COLUMNS.map(({ type }, index) => {
    const cell = row[index] ?? null;
    return Array.isArray(cell) ? cell.map((each: Value) => plainText(type, each)) : plainText(type, cell as Value);
  });
}

async function validParquet(name: string, rows: readonly (readonly OneOrMany[])[]): Promise<string> {
  const delivered = Buffer.from(rows.map(lineOf).join(''));
  const { report, folder: output } = await judgeBytes(folder, name, { spec: SPEC, file: 'types.jsonl', delivered });
  expect([report.first_bad_records, report.staged]).toEqual([[], rows.length]);
  return join(output, VALID_FILE);
}

describe('the Parquet of a validated file in pyarrow', () => {
  it('holds exactly the values of the file, of every type, with NULLs, lists and decimals of 38 digits', async () => {
    for (const [index, rows] of fc.sample(ROWS, { numRuns: FILES, seed: SEED }).entries()) {
      const read = pyarrowRows(await validParquet(`values-${index}`, rows));
      expect(read.map((row) => row.slice(0, COLUMNS.length))).toEqual(rows.map(plainRow));
    }
  });

  it('has the types of the schema, and the version of pyarrow is that of the lock', async () => {
    const look = pyarrowLook(await validParquet('types', fc.sample(ROWS, { numRuns: 1, seed: SEED })[0] ?? []));
    const lock = readFileSync(new URL('../../scripts/python/requirements-test.lock', import.meta.url), 'utf8');
    expect(lock).toContain(`pyarrow==${look.version} `);
    const types = TYPES.map((_, index) => look.types[`c${index}`]);
    expect(types).toEqual([
      ...['string', 'extension<arrow.json>', 'int64', 'decimal128(1, 0)', 'decimal128(9, 2)', 'decimal128(10, 10)', 'decimal128(18, 4)'],
      ...['decimal128(19, 0)', 'decimal128(38, 9)', 'decimal128(38, 18)', 'double', 'bool', 'date32[day]', 'time64[us]'],
      ...['timestamp[us]', 'timestamp[us, tz=UTC]', 'binary'],
    ]);
    expect(TYPES.map((_, index) => look.types[`r${index}`])).toEqual(types.map((type) => `list<element: ${String(type)}>`));
    expect(Object.keys(look.types)).toEqual([...outputColumns(SPEC), ...LINEAGE_COLUMNS].map(({ name }) => name));
  });

  it('states of every row group nothing that its values do not bear out', async () => {
    for (const [index, rows] of fc.sample(ROWS, { numRuns: FILES, seed: SEED + 1 }).entries()) {
      const look = pyarrowLook(await validParquet(`statistics-${index}`, rows));
      expect(look.wrong_statistics).toEqual([]);
      expect(look.rows).toBe(rows.length);
      for (const name of ['c0', 'c2', 'c4', 'c6', 'c8', 'c9', 'c12', 'c15', '_record']) expect(look.with_statistics).toContain(name);
    }
  });
});
