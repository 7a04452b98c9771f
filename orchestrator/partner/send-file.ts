/**
 * One file to the partner. It is written under a name of its own that ends in .part, compared, and renamed: its name appears with its whole content,
 * and never in the place of another file. Key is the name; what stands there under it already must be the same bytes. A part that a broken
 * upload of the same bytes left is taken over by renaming it, so that of two deliveries at once only one goes on with it; what cannot
 * be shown to be a beginning of the file is sent anew.
 */
import { createHash } from 'node:crypto';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { remotePath, type RemoteFile, type RemoteSession } from '../../core/ports/remote-folder.ts';
import { baseName } from '../deliver/object-paths.ts';

export interface FileToSend {
  /** Object of our store. */
  readonly object: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface SendOptions {
  readonly store: ObjectStore;
  readonly session: RemoteSession;
  readonly folder: string;
  readonly verify: 'read_back' | 'size';
  readonly newId: () => string;
  /** Called before the name appears; throws LEASE_LOST where another run took over. */
  readonly assertHeld: () => Promise<void>;
}

export interface SentFile {
  readonly alreadyThere: boolean;
  readonly resumedBytes: number;
}

const DIGEST_DIGITS = 16;
const ID_DIGITS = 8;

/** REMOTE_CONFLICT where other bytes stand under the name; REMOTE_CHECKSUM where the partner's copy is not what was sent. */
export async function sendFile(file: FileToSend, options: SendOptions): Promise<SentFile> {
  const name = baseName(file.object);
  const target = remotePath(options.folder, name);
  const found = await options.session.size(target);
  if (found !== undefined) {
    await confirmStanding(file, target, found, options);
    return { alreadyThere: true, resumedBytes: 0 };
  }
  const unfinished = `${name}.${file.sha256.slice(0, DIGEST_DIGITS)}.`;
  const own = remotePath(options.folder, `${unfinished}${options.newId().slice(0, ID_DIGITS)}.part`);
  const parts = await leftParts(unfinished, options);
  const resumedBytes = await unlessTakenOver(name, async () => await takeOver(file, parts, own, options));
  const write = async (): Promise<void> => await options.session.write(own, localBytes(file, options.store, resumedBytes), resumedBytes);
  // A new file cannot be gone: there it is the folder that is not found.
  await (resumedBytes === 0 ? write() : unlessTakenOver(name, write));
  await unlessTakenOver(name, async () => {
    await confirmCopy(file, own, options);
    await options.assertHeld();
    await show(file, own, target, options);
  });
  for (const part of parts) await options.session.remove(remotePath(options.folder, part.name));
  return { alreadyThere: false, resumedBytes };
}

/** A file of ours that is gone was taken over by another delivery, which does the same work: what came of it is looked at again. */
async function unlessTakenOver<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isMarketsError(cause, 'REMOTE_NOT_FOUND')) throw cause;
    throw new MarketsError('REMOTE_UNAVAILABLE', `Another delivery took the upload of ${name} over.`, { cause });
  }
}

/** What broken uploads of these very bytes left, the longest first. Where the folder may not be listed, nothing is known of them. */
async function leftParts(unfinished: string, { session, folder, verify }: SendOptions): Promise<readonly RemoteFile[]> {
  if (verify === 'size') return [];
  try {
    const files = await session.list(folder);
    const parts = files.filter(({ name }) => name.startsWith(unfinished) && name.endsWith('.part'));
    return parts.sort((left, right) => right.sizeBytes - left.sizeBytes);
  } catch (error) {
    if (isMarketsError(error, 'REMOTE_REFUSED')) return [];
    throw error;
  }
}

/** How many bytes of `own` stand and are ours. */
async function takeOver(file: FileToSend, parts: readonly RemoteFile[], own: string, options: SendOptions): Promise<number> {
  const [longest] = parts;
  if (longest === undefined) return 0;
  const { session, folder, store } = options;
  try {
    await session.rename(remotePath(folder, longest.name), own);
  } catch (error) {
    // Another delivery took it over first.
    if (isMarketsError(error, 'REMOTE_NOT_FOUND')) return 0;
    throw error;
  }
  const size = (await session.size(own)) ?? 0;
  if (size > 0 && size <= file.bytes) {
    const theirs = await sha256Of(session.read(own, size));
    if (theirs === (await sha256Of(await store.readStream(file.object, { start: 0, end: size })))) return size;
  }
  await session.remove(own);
  return 0;
}

/** The bytes from `start` on; that all of them are those of the record is what the comparison of the partner's copy shows, and the length here. */
async function* localBytes(file: FileToSend, store: ObjectStore, start: number): AsyncGenerator<Uint8Array> {
  if (start === file.bytes) return;
  yield* (await store.readStream(file.object, { start })) as AsyncIterable<Uint8Array>;
}

async function confirmCopy(file: FileToSend, path: string, { session, verify }: SendOptions): Promise<void> {
  const bytes = await session.size(path);
  if (bytes === undefined) throw new MarketsError('REMOTE_NOT_FOUND', `There is no ${path} at the partner.`);
  const sha256 = bytes === file.bytes && verify === 'read_back' ? await sha256Of(session.read(path)) : file.sha256;
  if (bytes === file.bytes && sha256 === file.sha256) return;
  // It would be found again by its name and never become right.
  await session.remove(path);
  throw new MarketsError('REMOTE_CHECKSUM', `The partner's copy of ${baseName(file.object)} is not what was sent.`, {
    expected: `${String(file.bytes)} bytes, sha256 ${file.sha256}`,
    found: bytes === file.bytes ? `sha256 ${sha256}` : `${String(bytes)} bytes`,
  });
}

async function show(file: FileToSend, own: string, target: string, options: SendOptions): Promise<void> {
  try {
    await options.session.rename(own, target);
  } catch (error) {
    if (!isMarketsError(error, 'REMOTE_EXISTS')) throw error;
    // Another delivery was faster.
    await confirmStanding(file, target, (await options.session.size(target)) ?? 0, options);
    await options.session.remove(own);
  }
}

async function confirmStanding(file: FileToSend, target: string, found: number, { session, verify }: SendOptions): Promise<void> {
  const sha256 = found === file.bytes && verify === 'read_back' ? await sha256Of(session.read(target)) : file.sha256;
  if (found === file.bytes && sha256 === file.sha256) return;
  throw new MarketsError(
    'REMOTE_CONFLICT',
    `The partner has other bytes under the name ${baseName(file.object)}. They were left as they are.`,
    {
      expected: `${String(file.bytes)} bytes, sha256 ${file.sha256}`,
      found: found === file.bytes ? `sha256 ${sha256}` : `${String(found)} bytes`,
      next: 'Ask the partner where they come from; once they are moved away there, the next run sends ours.',
    },
  );
}

async function sha256Of(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
