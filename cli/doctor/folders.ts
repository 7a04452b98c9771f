/** The data folder: can it be written, is there room. */
import { access, constants, mkdtemp, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { attention, bad, good, type Check } from './check.ts';

const GIB = 1024 ** 3;
/** Below this a full disk is a question of days. */
const ROOM_GIB = 5;
/** Below this the next cycle may fail. */
const LEAST_GIB = 1;

/** Writes and removes a probe in the root, or in the nearest folder above it that exists. */
export async function rootFolder(root: string): Promise<Check> {
  const expected = 'a folder that can be written';
  const folder = await nearestFolder(root);
  try {
    await rm(await mkdtemp(join(folder, '.markets-doctor-')), { recursive: true });
    return good('root', folder === root ? root : `${root} (not there yet)`, expected);
  } catch (error) {
    return bad('root', `${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, expected, 'choose another --root');
  }
}

export async function diskSpace(root: string): Promise<Check> {
  const stats = await statfs(await nearestFolder(root));
  const freeGib = (stats.bavail * stats.bsize) / GIB;
  const found = `${freeGib.toFixed(1)} GiB free`;
  const expected = `${ROOM_GIB} GiB`;
  if (freeGib >= ROOM_GIB) return good('disk', found, expected);
  const next = 'make room, or choose another --root';
  return freeGib >= LEAST_GIB ? attention('disk', found, expected, next) : bad('disk', found, expected, next);
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK);
    return path;
  } catch {
    const parent = dirname(path);
    return parent === path ? path : await nearestFolder(parent);
  }
}
