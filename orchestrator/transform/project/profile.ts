/** The dbt profile of the embedded warehouse. The database file lies beside the project, so that the folder may be moved. */
import type { ProjectFile } from './project-file.ts';

/** Name of the database in DuckDB: the stem of the file, which views refer to. */
export const WAREHOUSE_DATABASE = 'markets';
export const WAREHOUSE_FILE = `${WAREHOUSE_DATABASE}.duckdb`;

export function profile(): ProjectFile {
  const lines = [
    'markets:',
    '  target: duckdb',
    '  outputs:',
    '    duckdb:',
    '      type: duckdb',
    `      path: "{{ env_var('MARKETS_WAREHOUSE', '../${WAREHOUSE_FILE}') }}"`,
    '      schema: main',
    '      threads: 2',
    '      settings:',
    "        TimeZone: 'UTC'",
    "        preserve_insertion_order: 'true'",
    '',
  ];
  return { path: 'profiles.yml', content: lines.join('\n') };
}
