import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CONTRACT_SECRETS, secretsContract } from '../../ports/secrets.contract.ts';
import { createFolderSecrets } from './folder-secrets.ts';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

async function secretsFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'markets-secrets-'));
  made.push(folder);
  for (const [name, value] of Object.entries(CONTRACT_SECRETS)) await writeFile(join(folder, name), value, { mode: 0o600 });
  return folder;
}

secretsContract('secrets of a folder', async () => createFolderSecrets(await secretsFolder()));

test.each([0o640, 0o604, 0o644, 0o660])('a file of mode %o is refused: others may read it', async (mode) => {
  const folder = await secretsFolder();
  await chmod(join(folder, 'partner-key'), mode);
  await expect(createFolderSecrets(folder).read('partner-key')).rejects.toMatchObject({ code: 'SECRET_EXPOSED' });
});

test('a mounted secret, which is a link, is followed, and its file is what counts', async () => {
  const folder = await secretsFolder();
  await mkdir(join(folder, '..data'));
  await writeFile(join(folder, '..data', 'mounted'), 'value\n', { mode: 0o400 });
  await symlink(join('..data', 'mounted'), join(folder, 'mounted'));
  expect((await createFolderSecrets(folder).read('mounted')).reveal()).toBe('value');
  await chmod(join(folder, '..data', 'mounted'), 0o444);
  await expect(createFolderSecrets(folder).read('mounted')).rejects.toMatchObject({ code: 'SECRET_EXPOSED' });
});

test('a folder is no secret', async () => {
  const folder = await secretsFolder();
  await mkdir(join(folder, 'a-folder'));
  await expect(createFolderSecrets(folder).read('a-folder')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
});
