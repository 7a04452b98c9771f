/**
 * Files on somebody else's server: the few operations that a delivery needs. Every adapter runs remote-folder.contract.ts.
 *
 * A path is '/'-separated, without empty, '.' or '..' segments; with '/' in front it counts from the server's root, else from the folder of the
 * login. Nothing here ever replaces a file. Errors: REMOTE_NOT_FOUND, REMOTE_EXISTS, REMOTE_REFUSED (rights, space, quota, a
 * wrong path), REMOTE_UNAVAILABLE (no answer in time, the connection broke: connect anew).
 */
import { MarketsError } from '../errors/markets-error.ts';

export interface RemoteFile {
  /** Without its folder. */
  readonly name: string;
  readonly sizeBytes: number;
}

export interface RemoteSession {
  /** Bytes of a plain file; undefined only where the server says that there is none. */
  size(path: string): Promise<number | undefined>;
  /** The plain files of a folder, in no order. */
  list(folder: string): Promise<readonly RemoteFile[]>;
  /** The first `bytes` bytes, by default all that there are when reading begins. */
  read(path: string, bytes?: number): AsyncIterable<Uint8Array>;
  /**
   * Writes from byte `start` on, and on the disk where the server can say so. At 0 the file is made, REMOTE_EXISTS where there is one; else it has to be there and
   * what it holds before `start` stays. When the connection breaks, what is there may have holes.
   */
  write(path: string, content: AsyncIterable<Uint8Array>, start: number): Promise<void>;
  /** Atomic; REMOTE_EXISTS where `to` is taken: of two at once only one succeeds. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens where there is no such file. */
  remove(path: string): Promise<void>;
  /** Safe to repeat; never throws. */
  close(): Promise<void>;
}

export interface RemoteFolder {
  /** A name for messages, without anything that is secret. */
  readonly description: string;
  /** Also REMOTE_HOST_KEY and REMOTE_AUTHENTICATION. */
  connect(): Promise<RemoteSession>;
}

/** How a configuration names the key of a server: its fingerprint, or the whole key as known_hosts has it. */
export const HOST_KEY_PATTERN = '^(SHA256:[A-Za-z0-9+/]{43}|[a-z0-9-]+ AAAA[A-Za-z0-9+/]+={0,2})$';

const FILES_LISTED_MAX = 100_000;

/** REMOTE_REFUSED for a path that could lead elsewhere; every adapter passes paths through it. `.` is the folder of the login. */
export function checkRemotePath(path: string): void {
  const segments = path.replace(/^\//, '').split('/');
  const isGood =
    path === '.' || segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('\0'));
  if (!isGood)
    throw new MarketsError('REMOTE_REFUSED', 'A path at the partner is not allowed.', { expected: 'plain segments', found: path });
}

export function remotePath(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

/** A folder with more files is not one that a delivery should go through. */
export function checkListed(folder: string, count: number): void {
  if (count <= FILES_LISTED_MAX) return;
  throw new MarketsError('REMOTE_REFUSED', `The folder ${folder} at the partner holds too many files.`, {
    expected: `at most ${String(FILES_LISTED_MAX)}`,
    found: String(count),
  });
}
