/** What lies under a root, for comparing two moments of it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Names below the root, '/'-separated and sorted; nothing below the folders of `except`. */
export async function filesBelow(root: string, except: readonly string[] = []): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((name) => !except.some((folder) => name === folder || name.startsWith(`${folder}/`)))
    .sort();
}

/** name -> sha256 of its bytes. */
export async function digestsBelow(root: string, except: readonly string[] = []): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const name of await filesBelow(root, except)) {
    digests[name] = createHash('sha256')
      .update(await readFile(join(root, name)))
      .digest('hex');
  }
  return digests;
}

/** The JSON documents of a file of JSON Lines. */
export async function jsonLines<T>(path: string): Promise<readonly T[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
