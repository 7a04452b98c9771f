import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openStore, openStoreToRead } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'markets-open-store-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a root that is a file is refused in words', () => {
  const root = join(folder, 'file');
  writeFileSync(root, '');
  expect(() => openStore({ root, env: 'local' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', found: root }));
});

test('a root that is not there is an empty store for a cycle, and refused by what only reads', async () => {
  const root = join(folder, 'nothing');
  const names = [];
  for await (const { name } of openStore({ root, env: 'local' }).list('')) names.push(name);
  expect(names).toEqual([]);
  expect(() => openStoreToRead({ root, env: 'local' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', found: `nothing at ${root}` }),
  );
});
