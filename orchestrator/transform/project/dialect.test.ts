import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DBT_PROJECT_FOLDER } from './assemble-project.ts';

/** What only DuckDB understands, or spells so. */
const DUCKDB_ONLY =
  /::|\bexclude\s*\(|\b(read_json|read_parquet|glob|json_extract\w*|list_\w+|regexp_\w+|dayofweek|weekofyear|timestamptz|hugeint|unnest|generate_series|string_agg|median|md5|to_json|varchar|double|bigint)\b/i;

async function sqlFiles(): Promise<readonly (readonly [path: string, sql: string])[]> {
  const paths = (await readdir(DBT_PROJECT_FOLDER, { recursive: true })).filter((path) => path.endsWith('.sql'));
  return await Promise.all(paths.map(async (path) => [path, code(await readFile(join(DBT_PROJECT_FOLDER, path), 'utf8'))] as const));
}

/** Without comments and texts. */
function code(sql: string): string {
  return sql
    .replace(/\{#.*?#\}/gs, '')
    .replace(/--.*$/gm, '')
    .replace(/'[^']*'/g, "''")
    .replace(/"[^"]*"/g, '""');
}

describe('the SQL of dbt_project', () => {
  it('spells what differs between warehouses in macros/cross_db only', async () => {
    const files = (await sqlFiles()).filter(([path]) => !path.startsWith('macros/cross_db/'));
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter(([, sql]) => DUCKDB_ONLY.test(sql)).map(([path, sql]) => [path, DUCKDB_ONLY.exec(sql)?.[0]])).toEqual([]);
  });

  it('divides and averages nothing but floats: an exact quotient needs a stated scale', async () => {
    const found = (await sqlFiles()).filter(
      ([path, sql]) => path !== 'macros/cross_db/statistics.sql' && /[^/]\/[^/]|\bavg\s*\(/i.test(sql),
    );
    expect(found.map(([path]) => path)).toEqual([]);
  });

  it('never asks for the time: what is built depends on the events alone', async () => {
    const found = (await sqlFiles()).filter(([, sql]) => /\b(now\s*\(|current_timestamp|current_date|today\s*\()/i.test(sql));
    expect(found.map(([path]) => path)).toEqual([]);
  });
});
