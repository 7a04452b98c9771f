/**
 * The object store on a folder of this machine. Writes are atomic and on the disk when they return; a generation is
 * inode, modification time and size. The folder is made at the first write.
 */
import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { MarketsError } from '../../errors/markets-error.ts';
import { collect } from '../../ports/object-content.ts';
import { checkObjectName } from '../../ports/object-name.ts';
import type { ObjectInfo, ObjectStore, WriteCondition, WrittenObject } from '../../ports/object-store.ts';
import { isFileSystemError, notFound, translated } from './file-system-error.ts';
import { pathForReading, pathForWriting } from './folder-paths.ts';
import { namesBelow } from './list-folder.ts';
import { chunksOf, generationOf, openGeneration } from './read-file.ts';
import { removeGeneration, writeWhole } from './write-file.ts';

const READ_BYTES_MAX = 16 * 1024 * 1024;

export interface FolderStoreOptions {
  /** The store's clock in milliseconds since the epoch; the machine's by default. Only tests move it. */
  readonly clockMs?: () => number;
}

export function createFolderObjectStore(folder: string, options: FolderStoreOptions = {}): ObjectStore {
  const root = resolve(folder);
  const clockMs = options.clockMs ?? Date.now;

  async function stat(name: string): Promise<ObjectInfo | undefined> {
    return await translated(name, async () => {
      const path = await pathForReading(root, name);
      const stats = path === undefined ? undefined : await statFile(path);
      return stats === undefined ? undefined : infoOf(name, stats);
    });
  }

  async function opened(name: string, generation: string | undefined): ReturnType<typeof openGeneration> {
    return await translated(name, async () => {
      const path = await pathForReading(root, name);
      if (path === undefined) throw notFound(name);
      return await openGeneration(path, name, generation);
    });
  }

  async function write(name: string, content: Uint8Array | Readable, condition: WriteCondition): Promise<WrittenObject> {
    return await translated(name, async () => {
      const path = await pathForWriting(root, name);
      const written = await writeWhole(path, content, 'overwrite' in condition);
      const stats = await statFile(path);
      if (stats === undefined) throw notFound(name);
      return { ...infoOf(name, stats), crc32c: written.crc32c };
    });
  }

  return {
    description: root,
    async *list(prefix) {
      for await (const name of namesBelow(root, prefix)) {
        const info = await stat(name);
        if (info !== undefined) yield info;
      }
    },
    stat,
    async readStream(name, read = {}) {
      const file = await opened(name, read.generation);
      return Readable.from(chunksOf(file, name, read), { objectMode: false });
    },
    async read(name, read = {}) {
      const file = await opened(name, read.generation);
      const length = Math.min(read.end ?? Infinity, Number(file.stats.size)) - (read.start ?? 0);
      if (length > (read.maxBytes ?? READ_BYTES_MAX)) {
        await file.handle.close();
        throw new MarketsError('STORE_TOO_LARGE', `The object ${name} is larger than the reader allows.`, {
          found: `${length} bytes`,
        });
      }
      return await collect(chunksOf(file, name, read));
    },
    write,
    async copy(from, to, { sourceGeneration }) {
      const file = await opened(from, sourceGeneration);
      return await write(to, Readable.from(chunksOf(file, from, {}), { objectMode: false }), { ifAbsent: true });
    },
    async delete(name, { generation }) {
      await translated(name, async () => {
        const path = await pathForReading(root, name);
        if (path !== undefined) await removeGeneration(path, name, generation);
      });
    },
    now: async () => await Promise.resolve(clockMs()),
    localPath(name) {
      checkObjectName(name);
      return join(root, name);
    },
    uri: () => undefined,
  };
}

async function statFile(path: string): Promise<BigIntStats | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? stats : undefined;
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** updatedAtMs is the change time: unlike the modification time no copying program can set it back. */
function infoOf(name: string, stats: BigIntStats): ObjectInfo {
  return {
    name,
    sizeBytes: Number(stats.size),
    generation: generationOf(stats),
    updatedAtMs: Number(stats.ctimeNs / 1_000_000n),
  };
}
