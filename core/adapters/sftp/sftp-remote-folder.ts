/**
 * A remote folder over SFTP. Renames are the protocol's own, not posix-rename: OpenSSH makes them of a link and an unlink, so that a name
 * appears with its whole content and never in the place of another file (docs/decisions/0019). Reads and writes keep some requests on
 * their way, so that the distance costs little.
 */
import type { SFTPWrapper, Stats } from 'ssh2';
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';
import { checkListed, checkRemotePath, type RemoteFile, type RemoteFolder, type RemoteSession } from '../../ports/remote-folder.ts';
import { openConnection, whereOf, type SftpConnection, type SftpOptions } from './sftp-connection.ts';
import { FAILURE, statusOf, unavailable } from './sftp-error.ts';

/** What every server takes in one packet (34,000 bytes with its frame). */
const PIECE_BYTES = 32_768;
/** Requests on their way at once. */
const REQUESTS_MAX = 32;
const FILE_MODE = 0o640;

export function createSftpRemoteFolder(options: SftpOptions): RemoteFolder {
  return {
    description: whereOf(options),
    connect: async () => sessionOver(await openConnection(options)),
  };
}

function sessionOver(connection: SftpConnection): RemoteSession {
  return {
    size: async (path) => await sizeOf(connection, path),
    list: async (folder) => await filesOf(connection, folder),
    read: (path, bytes) => readPieces(connection, path, bytes ?? Infinity),
    write: async (path, content, start) => await write(connection, path, content, start),
    rename: async (from, to) => {
      checkRemotePath(from);
      checkRemotePath(to);
      await neverReplacing(connection, to, async () => await connection.call(from, (sftp, done) => sftp.rename(from, to, done)));
    },
    remove: async (path) => {
      checkRemotePath(path);
      try {
        await connection.call(path, (sftp, done) => sftp.unlink(path, done));
      } catch (error) {
        if (!isMarketsError(error, 'REMOTE_NOT_FOUND')) throw error;
      }
    },
    close: async () => await connection.close(),
  };
}

async function sizeOf(connection: SftpConnection, path: string): Promise<number | undefined> {
  checkRemotePath(path);
  try {
    const stats = await connection.call<Stats>(path, (sftp, done) => sftp.stat(path, done));
    if (stats.isFile()) return stats.size;
    throw new MarketsError('REMOTE_REFUSED', `${path} at the partner is no plain file.`);
  } catch (error) {
    if (isMarketsError(error, 'REMOTE_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function filesOf(connection: SftpConnection, folder: string): Promise<readonly RemoteFile[]> {
  checkRemotePath(folder);
  const entries = await connection.call<Parameters<Parameters<SFTPWrapper['readdir']>[1]>[1]>(folder, (sftp, done) =>
    sftp.readdir(folder, done),
  );
  checkListed(folder, entries.length);
  return entries.filter(({ attrs }) => attrs.isFile()).map(({ filename, attrs }) => ({ name: filename, sizeBytes: attrs.size }));
}

/** The protocol says only `failure` where the name is taken: whether it is, is asked. */
async function neverReplacing<T>(connection: SftpConnection, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMarketsError(error, 'REMOTE_REFUSED') && statusOf(error.cause) === FAILURE && (await sizeOf(connection, path)) !== undefined) {
      throw new MarketsError('REMOTE_EXISTS', `${path} is taken at the partner.`, { cause: error });
    }
    throw error;
  }
}

async function* readPieces(connection: SftpConnection, path: string, bytes: number): AsyncGenerator<Uint8Array> {
  checkRemotePath(path);
  const handle = await connection.call<Buffer>(path, (sftp, done) => sftp.open(path, 'r', done));
  const pieces: Promise<Buffer>[] = [];
  try {
    const stats = await connection.call<Stats>(path, (sftp, done) => sftp.fstat(handle, done));
    const size = Math.min(bytes, stats.size);
    for (let asked = 0; asked < size || pieces.length > 0;) {
      while (asked < size && pieces.length < REQUESTS_MAX) {
        const piece = readPiece(connection, path, handle, asked, Math.min(PIECE_BYTES, size - asked));
        // Said when its turn comes; until then it is no unhandled rejection.
        piece.catch(() => undefined);
        pieces.push(piece);
        asked += PIECE_BYTES;
      }
      const next = await pieces.shift();
      if (next !== undefined) yield next;
    }
  } finally {
    await Promise.allSettled(pieces);
    await closeQuietly(connection, path, handle);
  }
}

async function readPiece(connection: SftpConnection, path: string, handle: Buffer, position: number, length: number): Promise<Buffer> {
  const piece = Buffer.alloc(length);
  for (let filled = 0; filled < length;) {
    const from = filled;
    const read = await connection.call<number>(path, (sftp, done) => sftp.read(handle, piece, from, length - from, position + from, done));
    if (read === 0) throw unavailable(`${path} became shorter while it was read.`);
    filled += read;
  }
  return piece;
}

async function write(connection: SftpConnection, path: string, content: AsyncIterable<Uint8Array>, start: number): Promise<void> {
  checkRemotePath(path);
  const open = async (): Promise<Buffer> =>
    await connection.call<Buffer>(path, (sftp, done) => sftp.open(path, start === 0 ? 'wx' : 'r+', { mode: FILE_MODE }, done));
  const handle = start === 0 ? await neverReplacing(connection, path, open) : await open();
  try {
    await writePieces(connection, path, handle, content, start);
    await syncWherePossible(connection, path, handle);
  } finally {
    await closeQuietly(connection, path, handle);
  }
}

async function writePieces(
  connection: SftpConnection,
  path: string,
  handle: Buffer,
  content: AsyncIterable<Uint8Array>,
  start: number,
): Promise<void> {
  const underway = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let position = start;
  try {
    for await (const chunk of content) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let from = 0; from < bytes.length && failures.length === 0; from += PIECE_BYTES) {
        if (underway.size >= REQUESTS_MAX) await Promise.race(underway);
        const piece = bytes.subarray(from, from + PIECE_BYTES);
        const at = position;
        const sent = connection
          .call(path, (sftp, done) => sftp.write(handle, piece, 0, piece.length, at, done))
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underway.delete(sent));
        underway.add(sent);
        position += piece.length;
      }
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(underway);
  }
  if (failures.length > 0) throw failures[0];
}

/** A rename of what is not on the disk yet could leave an empty file behind when the server loses power. */
async function syncWherePossible(connection: SftpConnection, path: string, handle: Buffer): Promise<void> {
  await connection.call(path, (sftp, done) => {
    try {
      sftp.ext_openssh_fsync(handle, done);
    } catch {
      // The server does not know the extension.
      done(null);
    }
  });
}

/** What was to be said of the file is said; a handle that cannot be closed ends with the connection. */
async function closeQuietly(connection: SftpConnection, path: string, handle: Buffer): Promise<void> {
  try {
    await connection.call(path, (sftp, done) => sftp.close(handle, done));
  } catch (error) {
    if (!isMarketsError(error)) throw error;
  }
}
