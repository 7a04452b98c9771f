/** Brings one generation of an object to a local file, with its digests taken on the way. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32c, crc32cHex } from '../../core/identity/crc32c.ts';
import type { ObjectInfo, ObjectStore } from '../../core/ports/object-store.ts';

export interface Digests {
  readonly sha256: string;
  readonly crc32c: string;
  readonly sizeBytes: number;
}

/** Throws STORE_PRECONDITION when the object changes before its last byte was read. */
export async function spool(store: ObjectStore, info: ObjectInfo, path: string): Promise<Digests> {
  const digest = newDigest();
  const stream = await store.readStream(info.name, { generation: info.generation });
  await pipeline(stream, digest.through, createWriteStream(path, { flags: 'wx' }));
  return digest.end();
}

/** The digests of an object as it lies in the store. */
export async function digestObject(store: ObjectStore, name: string): Promise<Digests> {
  return await digestStream(await store.readStream(name));
}

export async function digestStream(stream: AsyncIterable<Uint8Array>): Promise<Digests> {
  const digest = newDigest();
  for await (const chunk of stream) digest.add(chunk);
  return digest.end();
}

function newDigest(): {
  readonly add: (chunk: Uint8Array) => void;
  readonly through: (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  readonly end: () => Digests;
} {
  const sha256 = createHash('sha256');
  let checksum = 0;
  let sizeBytes = 0;
  const add = (chunk: Uint8Array): void => {
    sha256.update(chunk);
    checksum = crc32c(chunk, checksum);
    sizeBytes += chunk.length;
  };
  return {
    add,
    through: async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        add(chunk);
        yield chunk;
      }
    },
    end: (): Digests => ({ sha256: sha256.digest('hex'), crc32c: crc32cHex(checksum), sizeBytes }),
  };
}
