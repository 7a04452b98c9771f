/**
 * A remote folder that is a folder of this machine, for laptops, tests and a mounted share: below it lies what a partner's server would show.
 * Renames are a link and an unlink, as OpenSSH's are: atomic, and never in the place of another file.
 */
import { link, lstat, open, readdir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MarketsError, isMarketsError } from '../../errors/markets-error.ts';
import { checkListed, checkRemotePath, type RemoteFile, type RemoteFolder, type RemoteSession } from '../../ports/remote-folder.ts';

export function createLocalRemoteFolder(folder: string): RemoteFolder {
  const root = resolve(folder);
  return {
    description: root,
    connect: async () => await Promise.resolve(openSession(root)),
  };
}

function openSession(root: string): RemoteSession {
  let closed = false;
  const at = (path: string): string => {
    if (closed) throw new MarketsError('REMOTE_UNAVAILABLE', 'The session is closed.');
    checkRemotePath(path);
    return join(root, path);
  };
  return {
    size: async (path) => await translated(path, async () => await sizeOf(at(path))),
    list: async (path) => await translated(path, async () => await filesOf(path, at(path))),
    async *read(path, bytes = Infinity) {
      const file = await translated(path, async () => await open(at(path), 'r'));
      if (bytes > 0) yield* file.createReadStream({ end: bytes - 1 }) as AsyncIterable<Buffer>;
      else await file.close();
    },
    write: async (path, content, start) => await translated(path, async () => await write(at(path), content, start)),
    rename: async (from, to) =>
      await translated(`${from} to ${to}`, async () => {
        await link(at(from), at(to));
        // Whoever finds it gone here lost it to another rename, which has it: only one of them may keep its link.
        await unlink(at(from)).catch(async (error: unknown) => {
          await unlink(at(to));
          throw error;
        });
      }),
    remove: async (path) =>
      await translated(path, async () => {
        await unlink(at(path)).catch((error: unknown) => {
          if (codeOf(error) !== 'ENOENT') throw error;
        });
      }),
    close: async () => {
      closed = true;
      await Promise.resolve();
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function filesOf(folder: string, path: string): Promise<readonly RemoteFile[]> {
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile());
  checkListed(folder, entries.length);
  const files: RemoteFile[] = [];
  for (const { name } of entries) {
    const sizeBytes = await sizeOf(join(path, name));
    if (sizeBytes !== undefined) files.push({ name, sizeBytes });
  }
  return files;
}

async function write(path: string, content: AsyncIterable<Uint8Array>, start: number): Promise<void> {
  const file = await open(path, start === 0 ? 'wx' : 'r+', 0o644);
  try {
    let position = start;
    for await (const chunk of content) {
      for (let from = 0; from < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, from, chunk.length - from, position);
        from += bytesWritten;
        position += bytesWritten;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined || isMarketsError(cause)) throw cause;
    if (code === 'ENOENT') throw new MarketsError('REMOTE_NOT_FOUND', `There is no ${path} at the partner.`, { cause });
    if (code === 'EEXIST') throw new MarketsError('REMOTE_EXISTS', `${path} is taken at the partner.`, { cause });
    throw new MarketsError('REMOTE_REFUSED', `The partner's folder refused ${path}.`, { cause, found: code });
  }
}

/** Of a system call; undefined for other errors, which are not the folder's. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}
