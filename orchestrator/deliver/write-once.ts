/**
 * Objects that are never replaced. Where a crashed attempt left other bytes under the name, this run writes under its own epoch beside
 * it; events name the object that counts.
 */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { digestObject, digestStream, type Digests } from './spool.ts';

export interface StoredObject extends Digests {
  readonly object: string;
}

/** Stores the bytes of a local file; key is name and content. */
export async function writeFileOnce(store: ObjectStore, epoch: number, name: string, path: string): Promise<StoredObject> {
  const digests = await withFile(path, digestStream);
  const object = await firstFreeName(store, epoch, name, digests.sha256, async (free) => {
    const written = await withFile(path, async (content) => await store.write(free, content, { ifAbsent: true }));
    if (written.crc32c !== digests.crc32c) throw checksumError(free);
  });
  return { object, ...digests };
}

export async function writeBytesOnce(store: ObjectStore, epoch: number, name: string, bytes: Uint8Array): Promise<StoredObject> {
  const digests = await digestStream(iterate(bytes));
  const object = await firstFreeName(store, epoch, name, digests.sha256, async (free) => {
    await store.write(free, bytes, { ifAbsent: true });
  });
  return { object, ...digests };
}

/** Copies one generation and reads the copy back: its sha256 must be the one that was judged. */
export async function copyOnce(
  store: ObjectStore,
  epoch: number,
  from: { readonly name: string; readonly generation: string },
  to: string,
  sha256: string,
): Promise<StoredObject> {
  const object = await firstFreeName(store, epoch, to, sha256, async (free) => {
    await store.copy(from.name, free, { sourceGeneration: from.generation });
  });
  const digests = await digestObject(store, object);
  if (digests.sha256 !== sha256) throw checksumError(object);
  return { object, ...digests };
}

/** The name, or the same below this run's epoch; a name that has the wanted bytes already needs no writing. */
async function firstFreeName(
  store: ObjectStore,
  epoch: number,
  name: string,
  sha256: string,
  write: (name: string) => Promise<void>,
): Promise<string> {
  const cut = name.lastIndexOf('/') + 1;
  for (const candidate of [name, `${name.slice(0, cut)}epoch-${epoch}/${name.slice(cut)}`]) {
    try {
      await write(candidate);
      return candidate;
    } catch (error) {
      if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    }
    if ((await digestObject(store, candidate)).sha256 === sha256) return candidate;
  }
  throw new MarketsError('STORE_EXISTS', `The name ${name} is taken by other bytes.`);
}

function checksumError(name: string): MarketsError {
  return new MarketsError('STORE_CHECKSUM', `The stored bytes of ${name} are not those that were sent.`);
}

/** The file is closed in any case, also where the store refuses before it reads. */
async function withFile<T>(path: string, work: (content: Readable) => Promise<T>): Promise<T> {
  const handle = await open(path);
  const content = handle.createReadStream({ autoClose: false });
  try {
    return await work(content);
  } finally {
    content.destroy();
    await handle.close();
  }
}

async function* iterate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
