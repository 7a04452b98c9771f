/** The folders of a confined process: what goes into them, and what comes out. */
import { constants, createWriteStream, linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { QUARANTINE_FILE, REPORT_FILE, VALID_FILE } from '../result-files.ts';

/** A local file, or the bytes themselves. */
export type ValidationInput =
  | {
      readonly path: string;
      /** Nobody writes to the file any more: it may be linked instead of copied. */
      readonly isPrivate?: boolean;
    }
  | { readonly stream: Readable };

/** Brings the bytes to `path`, a new file: the process judges what was there at one moment, whatever happens to the original. */
export async function spool(input: ValidationInput, path: string): Promise<void> {
  if ('stream' in input) await pipeline(input.stream, createWriteStream(path));
  // A clone costs nothing where the file system can make one.
  else if (input.isPrivate !== true || !isLinked(input.path, path)) await copyFile(input.path, path, constants.COPYFILE_FICLONE);
}

/** Where a file system has no links, between two of them, or where the system allows none to this file. */
const CANNOT_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOSYS', 'ENOTSUP']);

/** A second name for a small file costs a fraction of a second copy. The process may read its input folder and not write it. */
function isLinked(from: string, to: string): boolean {
  // The second name of a symbolic link would lead out of the folder.
  if (!lstatSync(from).isFile()) return false;
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && CANNOT_LINK.has(String(error.code))) return false;
    throw error;
  }
}

/** Makes the folder if it is not there and removes what is in it. */
export function emptyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Moves the files that a validation leaves to a folder that no confined process may touch; only plain files are taken. */
export function takeResults(output: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of [VALID_FILE, QUARANTINE_FILE, REPORT_FILE]) {
    const path = join(output, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) renameSync(path, join(target, name));
  }
}
