/**
 * Writes a file whole or not at all: into an unfinished name beside it, to the disk, then into its place. A crash leaves at most an
 * unfinished name, which nothing lists.
 */
import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { meterContent } from '../../ports/object-content.ts';
import { changed, isFileSystemError } from './file-system-error.ts';
import { generationOf } from './read-file.ts';

export interface WrittenFile {
  readonly sizeBytes: number;
  readonly crc32c: string;
}

export async function writeWhole(path: string, content: Uint8Array | Readable, replace: boolean): Promise<WrittenFile> {
  const unfinished = unfinishedBeside(path);
  const meter = meterContent(content);
  try {
    const handle = await open(unfinished, 'wx', 0o644);
    try {
      for await (const chunk of meter.chunks) await writeAll(handle, chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link fails where the name is taken; a rename takes its place.
    if (replace) await rename(unfinished, path);
    else await link(unfinished, path);
  } finally {
    await removeIfThere(unfinished);
  }
  await syncFolder(dirname(path));
  return { sizeBytes: meter.sizeBytes(), crc32c: meter.crc32c() };
}

/** Removes one generation. It is put aside first, so that a delivery that takes its place in between is found and put back. */
export async function removeGeneration(path: string, name: string, generation: string): Promise<void> {
  const before = await statIfThere(path);
  if (before === undefined) return;
  if (before !== generation) throw changed(name);
  const aside = unfinishedBeside(path);
  await rename(path, aside);
  if ((await statIfThere(aside)) !== generation) {
    await link(aside, path);
    await unlink(aside);
    throw changed(name);
  }
  await unlink(aside);
  await syncFolder(dirname(path));
}

async function statIfThere(path: string): Promise<string | undefined> {
  try {
    return generationOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function writeAll(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  let at = 0;
  while (at < chunk.length) at += (await handle.write(chunk, at, chunk.length - at)).bytesWritten;
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isFileSystemError(error, 'ENOENT')) throw error;
  }
}

function unfinishedBeside(path: string): string {
  return join(dirname(path), `.store-${randomBytes(8).toString('hex')}.tmp`);
}

/** A name is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
