import { mkdtemp, mkdir, readdir, symlink, writeFile, appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { objectStoreContract } from '../../ports/object-store.contract.ts';
import { collect } from '../../ports/object-content.ts';
import { createFolderObjectStore } from './folder-object-store.ts';

async function freshFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'markets-store-'));
}

objectStoreContract('the folder store', async () => createFolderObjectStore(join(await freshFolder(), 'made', 'later')));

test('links are not listed and not followed, whether they are files or folders', async () => {
  const root = await freshFolder();
  const outside = await freshFolder();
  await writeFile(join(outside, 'secret'), 'secret');
  await mkdir(join(root, 'landing'));
  await symlink(join(outside, 'secret'), join(root, 'landing', 'file'));
  await symlink(outside, join(root, 'landing', 'folder'));
  const store = createFolderObjectStore(root);
  const found = [];
  for await (const info of store.list('landing/')) found.push(info.name);
  expect(found).toEqual([]);
  await expect(store.read('landing/file')).rejects.toMatchObject({ code: 'STORE_NAME' });
  await expect(store.read('landing/folder/secret')).rejects.toMatchObject({ code: 'STORE_NAME' });
  await expect(store.write('landing/folder/new', Buffer.from('1'), { ifAbsent: true })).rejects.toMatchObject({ code: 'STORE_NAME' });
  expect(await readdir(outside)).toEqual(['secret']);
});

test('unfinished names of a crashed writer are invisible', async () => {
  const root = await freshFolder();
  await writeFile(join(root, '.store-0123456789abcdef.tmp'), 'half');
  const found = [];
  for await (const info of createFolderObjectStore(root).list('')) found.push(info.name);
  expect(found).toEqual([]);
});

test('a file that grows while it is read is refused at the end of the reading', async () => {
  const root = await freshFolder();
  await writeFile(join(root, 'growing'), Buffer.alloc(600_000));
  const stream = await createFolderObjectStore(root).readStream('growing');
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  await appendFile(join(root, 'growing'), 'more');
  await expect(collect({ [Symbol.asyncIterator]: () => chunks })).rejects.toMatchObject({ code: 'STORE_PRECONDITION' });
});
