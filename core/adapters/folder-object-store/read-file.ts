/** Reads one generation of a file: what changes while it is read is refused at the end, not passed on as if it were whole. */
import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ReadOptions } from '../../ports/object-store.ts';
import { changed, notFound, translate } from './file-system-error.ts';

const CHUNK_BYTES = 256 * 1024;

/** inode, time of the last change of the content, size: differs after every write. */
export function generationOf(stats: BigIntStats): string {
  return `${stats.ino}-${stats.mtimeNs}-${stats.size}`;
}

/** Opens a regular file; a link is not followed, a pipe does not block. */
export async function openGeneration(path: string, name: string, generation?: string): Promise<{ handle: FileHandle; stats: BigIntStats }> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw notFound(name);
    if (generation !== undefined && generationOf(stats) !== generation) throw changed(name);
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The bytes from start to end, in chunks; closes the handle. */
export async function* chunksOf(
  opened: { handle: FileHandle; stats: BigIntStats },
  name: string,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  const { handle, stats } = opened;
  try {
    const end = Math.min(options.end ?? Number(stats.size), Number(stats.size));
    let at = options.start ?? 0;
    while (at < end) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw changed(name);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    const after = await handle.stat({ bigint: true });
    if (generationOf(after) !== generationOf(stats)) throw changed(name);
  } catch (error) {
    throw translate(name, error);
  } finally {
    await handle.close();
  }
}
