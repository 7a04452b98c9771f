/**
 * From object names to paths below the root, without ever leaving it: no segment may be a symbolic link. The checks
 * guard against what lies in the folders, not against somebody who changes them in the same microsecond.
 */
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketsError } from '../../errors/markets-error.ts';
import { checkObjectName } from '../../ports/object-name.ts';
import { isFileSystemError } from './file-system-error.ts';

/** The path of a name, with its folders checked; undefined when a folder on the way is not there. */
export async function pathForReading(root: string, name: string): Promise<string | undefined> {
  checkObjectName(name);
  return await walk(root, name, false);
}

/** The path of a name, its folders made where they are missing. */
export async function pathForWriting(root: string, name: string): Promise<string> {
  checkObjectName(name);
  await mkdir(root, { recursive: true });
  const path = await walk(root, name, true);
  if (path === undefined) throw new MarketsError('STORE_UNAVAILABLE', `A folder of ${name} vanished while it was made.`);
  return path;
}

async function walk(root: string, name: string, make: boolean): Promise<string | undefined> {
  let folder: string;
  try {
    folder = await realpath(root);
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
  const path = join(folder, name);
  for (const segment of name.split('/').slice(0, -1)) {
    folder = join(folder, segment);
    if (!(await isFolder(folder, name, make))) return undefined;
  }
  return dirname(path) === folder ? path : refuse(name, 'a path that leads elsewhere');
}

async function isFolder(folder: string, name: string, make: boolean): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    if (stats.isSymbolicLink()) refuse(name, 'a symbolic link among its folders');
    if (stats.isDirectory()) return true;
    return make ? refuse(name, 'a file where a folder is needed') : false;
  } catch (error) {
    if (!isFileSystemError(error, 'ENOENT')) throw error;
    if (!make) return false;
    await mkdir(folder, { recursive: true });
    return true;
  }
}

function refuse(name: string, found: string): never {
  throw new MarketsError('STORE_NAME', `The object ${name} cannot be reached.`, {
    expected: 'plain folders below the root',
    found,
  });
}
