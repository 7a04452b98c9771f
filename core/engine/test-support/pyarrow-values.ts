/** A Parquet file as pyarrow reads it. pyarrow is of the lock of the project's Python environment: where it is missing a test fails. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlainCell } from './duckdb-values.ts';

const PYTHON = fileURLToPath(new URL('../../../.tools/python/bin/python', import.meta.url));
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Runs a program that stands beside this file and gives what it prints. */
function run(program: string, ...words: readonly string[]): string {
  if (!existsSync(PYTHON)) throw new Error(`expected Python at ${PYTHON}: run make install`);
  const path = fileURLToPath(new URL(program, import.meta.url));
  return execFileSync(PYTHON, [path, ...words], { encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES });
}

/** Rows in the words of parquet-values.ts, page checksums verified. */
export function pyarrowRows(path: string): readonly (readonly PlainCell[])[] {
  return run('read_parquet.py', path)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PlainCell[]);
}

export interface PyarrowLook {
  readonly version: string;
  readonly rows: number;
  readonly row_groups: number;
  /** Column -> its type in pyarrow's words. */
  readonly types: Readonly<Record<string, string>>;
  /** Columns that state their smallest and largest value in every row group. */
  readonly with_statistics: readonly string[];
  /** Statements of the file about its values that are not true of the values that it holds. */
  readonly wrong_statistics: readonly string[];
}

export function pyarrowLook(path: string): PyarrowLook {
  return JSON.parse(run('look_at_parquet.py', path)) as PyarrowLook;
}
