import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openStore, openStoreToRead } from './open-store.ts';
import { refuseEmbeddedWarehouse, workFolder } from './work-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'markets-open-store-'));
const LOCAL = { env: 'local', config: fileURLToPath(new URL('../../config', import.meta.url)) } as const;
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a root that is a file is refused in words', async () => {
  const root = join(folder, 'file');
  writeFileSync(root, '');
  await expect(openStore({ root, ...LOCAL })).rejects.toMatchObject({ code: 'CONFIG_INVALID', found: root });
});

test('a root that is not there is an empty store for a cycle, and refused by what only reads', async () => {
  const root = join(folder, 'nothing');
  const names = [];
  for await (const { name } of (await openStore({ root, ...LOCAL })).list('')) names.push(name);
  expect(names).toEqual([]);
  await expect(openStoreToRead({ root, ...LOCAL })).rejects.toMatchObject({ code: 'CONFIG_INVALID', found: `nothing at ${root}` });
});

test('a root in buckets is opened without asking anybody, in every environment', async () => {
  for (const env of ['local', 'int', 'prod'] as const) {
    expect((await openStore({ root: 'gs://bank', config: LOCAL.config, env })).description).toBe('gs://bank');
  }
  await expect(openStore({ root: 'gs://Bank', ...LOCAL })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(openStore({ root: 's3://bank', ...LOCAL })).rejects.toMatchObject({ code: 'CONFIG_INVALID', found: 's3://bank' });
});

test('what a root in buckets needs of this machine lies below its folder for temporary files', () => {
  expect(workFolder('/data')).toBe('/data');
  expect(workFolder('gs://bank')).toBe(join(tmpdir(), 'markets', 'bank'));
  expect(() => refuseEmbeddedWarehouse('gs://bank')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
