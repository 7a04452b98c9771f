/** Lists a folder tree as names in ascending byte order. Links, sockets, unfinished objects and what cannot be an object's name are not there. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareNames, objectNameFault } from '../../ports/object-name.ts';
import { isFileSystemError } from './file-system-error.ts';

/** Names below `root` that start with `prefix`. One folder's entries are held in memory at a time, a level. */
export async function* namesBelow(root: string, prefix: string): AsyncGenerator<string> {
  const lastSlash = prefix.lastIndexOf('/');
  yield* walk(root, lastSlash < 0 ? '' : prefix.slice(0, lastSlash + 1), prefix);
}

async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<string> {
  const entries = (await entriesOf(join(root, folder)))
    .filter((entry) => entry.isDirectory() || entry.isFile())
    // A folder sorts as its objects do, with the slash that follows its name.
    .map((entry) => ({ folder: entry.isDirectory(), name: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}` }))
    .sort((left, right) => compareNames(left.name, right.name));
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix) && !prefix.startsWith(entry.name)) continue;
    if (entry.folder) yield* walk(root, entry.name, prefix);
    else if (entry.name.startsWith(prefix) && objectNameFault(entry.name) === null) yield entry.name;
  }
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
