/**
 * Unfinished files that writers left when they were killed (write-file.ts): nothing lists them, so nobody else removes them. landing/ is left alone:
 * a delivery that took another's place in the moment of its deletion may lie there under such a name, and it would be the only copy.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnfinishedName } from '../../ports/object-name.ts';
import { ROOT_FOLDERS } from '../../ports/root-folders.ts';
import { isFileSystemError } from './file-system-error.ts';

export interface UnfinishedFiles {
  readonly files: number;
  readonly bytes: number;
}

const SWEPT_FOLDERS: ReadonlySet<string> = new Set(ROOT_FOLDERS.filter((folder) => folder !== 'landing'));

/** Those last changed before the moment; removed with `remove`, else only counted. Links are not followed. Safe to repeat. */
export async function sweepUnfinished(
  root: string,
  options: { readonly beforeMs: number; readonly remove: boolean },
): Promise<UnfinishedFiles> {
  let [files, bytes] = [0, 0];
  for (const entry of await entriesOf(root)) {
    if (!entry.isDirectory() || !SWEPT_FOLDERS.has(entry.name)) continue;
    for await (const path of unfinishedBelow(join(root, entry.name))) {
      const stats = await statIfThere(path);
      if (stats === undefined || stats.changedMs >= options.beforeMs) continue;
      if (options.remove) await removeIfThere(path);
      files += 1;
      bytes += stats.bytes;
    }
  }
  return { files, bytes };
}

async function* unfinishedBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* unfinishedBelow(path);
    else if (entry.isFile() && isUnfinishedName(entry.name)) yield path;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function statIfThere(path: string): Promise<{ readonly changedMs: number; readonly bytes: number } | undefined> {
  try {
    const { ctimeMs, size } = await lstat(path);
    return { changedMs: ctimeMs, bytes: size };
  } catch (error) {
    // Its writer has finished it in between.
    if (isFileSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isFileSystemError(error, 'ENOENT')) throw error;
  }
}
