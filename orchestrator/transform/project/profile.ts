/** The dbt profile of the embedded warehouse. The path is absolute, so that dbt may be started from any folder. */
import { join } from 'node:path';
import type { ProjectFile } from './project-file.ts';

/** Name of the database in DuckDB: the stem of the file, which views refer to. */
export const WAREHOUSE_DATABASE = 'markets';
export const WAREHOUSE_FILE = `${WAREHOUSE_DATABASE}.duckdb`;

export function profile(rootFolder: string): ProjectFile {
  const lines = [
    'markets:',
    '  target: duckdb',
    '  outputs:',
    '    duckdb:',
    '      type: duckdb',
    `      path: ${JSON.stringify(join(rootFolder, 'warehouse', WAREHOUSE_FILE))}`,
    '      schema: main',
    '      threads: 2',
    '      settings:',
    "        TimeZone: 'UTC'",
    "        preserve_insertion_order: 'true'",
    '',
  ];
  return { path: 'profiles.yml', content: lines.join('\n') };
}
