import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { remoteFolderContract } from '../../ports/remote-folder.contract.ts';
import { createLocalRemoteFolder } from './local-remote-folder.ts';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

remoteFolderContract('a folder of this machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'markets-remote-'));
  made.push(folder);
  await mkdir(join(folder, 'inbox'));
  return createLocalRemoteFolder(folder);
});
