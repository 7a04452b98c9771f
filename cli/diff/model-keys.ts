/** What names a row of each model, as its test `is_key` in dbt_project says; a staged row is named by its load and record. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

interface Documented {
  readonly models?: readonly { readonly name: string; readonly data_tests?: readonly unknown[] }[];
}

/** layer.table -> key columns. */
export async function modelKeys(home: string, specs: readonly SourceSpec[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const keys = new Map<string, readonly string[]>(specs.map(({ name }) => [`staging.stg_${name}`, ['_load_id', '_record']]));
  const folder = join(home, 'dbt_project', 'models');
  for (const layer of await readdir(folder)) {
    for (const file of (await readdir(join(folder, layer))).filter((name) => name.endsWith('.yml'))) {
      const { models = [] } = parse(await readFile(join(folder, layer, file), 'utf8')) as Documented;
      for (const { name, data_tests = [] } of models) {
        const key = data_tests.map(keyOf).find((columns) => columns.length > 0);
        if (key !== undefined) keys.set(`${layer}.${name}`, key);
      }
    }
  }
  return keys;
}

function keyOf(test: unknown): readonly string[] {
  if (typeof test !== 'object' || test === null || !('is_key' in test)) return [];
  const { is_key } = test as { readonly is_key: { readonly arguments?: { readonly columns?: readonly string[] } } };
  return is_key.arguments?.columns ?? [];
}
