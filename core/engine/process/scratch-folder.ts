/** The folders of a confined process: what goes into them, and what comes out. */
import { constants, createWriteStream, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { QUARANTINE_FILE, REPORT_FILE, VALID_FILE } from '../result-files.ts';

/** A local file, or the bytes themselves. */
export type ValidationInput = { readonly path: string } | { readonly stream: Readable };

/** Copies the bytes to `path`: the process judges what was there at one moment, whatever happens to the original. */
export async function spool(input: ValidationInput, path: string): Promise<void> {
  // A clone costs nothing where the file system can make one.
  if ('path' in input) await copyFile(input.path, path, constants.COPYFILE_FICLONE);
  else await pipeline(input.stream, createWriteStream(path));
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
