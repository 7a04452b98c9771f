/**
 * The object store on Google Cloud Storage, one bucket a top folder of the root (bucket-layout.ts). Every write, copy and deletion has a
 * precondition, every byte is held to the service's CRC32C, every request has time limits, and what may be tried again is (retry.ts).
 */
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';
import { collect } from '../../ports/object-content.ts';
import { checkObjectName } from '../../ports/object-name.ts';
import type { ObjectStore, ReadOptions } from '../../ports/object-store.ts';
import { bucketLayout, type NamedPlace, type Place } from './bucket-layout.ts';
import { copyObject } from './copy-object.ts';
import type { Authorization } from './credentials.ts';
import { changed, errorOfRefusal, isAboutBucket } from './gcs-error.ts';
import { GCS_LIMITS, type GcsLimits } from './gcs-limits.ts';
import { listObjects } from './list-objects.ts';
import { describe, infoOf, isGeneration, objectPath, writtenOf } from './object-resource.ts';
import { openObject } from './read-object.ts';
import { retrying } from './retry.ts';
import { createStoreClock } from './store-clock.ts';
import { createTransport, type GcsTransport } from './transport.ts';
import { writeObject } from './write-object.ts';

const READ_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes that arrived damaged are fetched again; damaged twice they are damaged there. */
const WHOLE_READS_MAX = 2;

export interface GcsStoreOptions {
  /** gs://NAME */
  readonly root: string;
  readonly authorize: Authorization;
  /** An emulator's; the service's own without it. */
  readonly apiEndpoint?: string;
  readonly limits?: Partial<GcsLimits>;
}

/** CONFIG_INVALID for a root that is none. Nothing is asked before the first call. */
export function createGcsObjectStore(options: GcsStoreOptions): ObjectStore {
  const layout = bucketLayout(options.root);
  const limits = { ...GCS_LIMITS, ...options.limits };
  const endpoint = options.apiEndpoint ?? 'https://storage.googleapis.com';
  const transport = createTransport(endpoint, options.authorize, limits, createStoreClock());
  const named = (name: string): NamedPlace => ({ ...layout.placeOf(name), name });
  return {
    description: options.root,
    list: (prefix) => listObjects(transport, layout, prefix),
    async stat(name) {
      const found = await describe(transport, layout.placeOf(name), name);
      return found === undefined ? undefined : infoOf(name, found);
    },
    readStream: async (name, read = {}) => (await openObject(transport, layout.placeOf(name), name, read)).stream,
    read: async (name, read = {}) => await readWhole(transport, layout.placeOf(name), name, read),
    write: async (name, content, condition) => writtenOf(name, await writeObject(transport, named(name), content, condition)),
    copy: async (from, to, { sourceGeneration }) => writtenOf(to, await copyObject(transport, named(from), named(to), sourceGeneration)),
    delete: async (name, { generation }) => await deleteGeneration(transport, layout.placeOf(name), name, generation),
    now: async () => await askTime(transport, layout.journalBucket),
    localPath(name) {
      checkObjectName(name);
      return undefined;
    },
    uri(name) {
      const { bucket, object } = layout.placeOf(name);
      return `gs://${bucket}/${object}`;
    },
  };
}

async function readWhole(
  transport: GcsTransport,
  place: Place,
  name: string,
  { maxBytes = READ_BYTES_MAX, ...read }: ReadOptions & { readonly maxBytes?: number },
): Promise<Buffer> {
  for (let reads = 1; ; reads++) {
    const { sizeBytes, stream } = await openObject(transport, place, name, read);
    if (sizeBytes > maxBytes) {
      stream.destroy();
      throw new MarketsError('STORE_TOO_LARGE', `The object ${name} is larger than the reader allows.`, {
        found: `${String(sizeBytes)} bytes`,
      });
    }
    try {
      return await collect(stream);
    } catch (error) {
      if (!isMarketsError(error, 'STORE_CHECKSUM') || reads >= WHOLE_READS_MAX) throw error;
    }
  }
}

async function deleteGeneration(transport: GcsTransport, place: Place, name: string, generation: string): Promise<void> {
  if (!isGeneration(generation)) {
    if ((await describe(transport, place, name)) !== undefined) throw changed(name);
    return;
  }
  await retrying(transport.limits, async () => {
    const answer = await transport.json({
      method: 'DELETE',
      path: objectPath(place),
      query: { ifGenerationMatch: generation },
      about: name,
    });
    const isGone = answer.status === 404 && !isAboutBucket(answer.refusal);
    if (!isGone && (answer.status < 200 || answer.status > 299)) throw errorOfRefusal(answer.refusal, name);
  });
}

/** A small question, whose answer says when it was given. */
async function askTime(transport: GcsTransport, bucket: string): Promise<number> {
  return await retrying(transport.limits, async () => {
    const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
    const answer = await transport.json({ method: 'GET', path, query: { maxResults: '1', fields: 'nextPageToken' }, about: bucket });
    if (answer.status !== 200) throw errorOfRefusal(answer.refusal, bucket);
    const now = transport.clock.now();
    if (now === undefined || answer.header('date') === undefined) {
      throw new MarketsError('STORE_UNAVAILABLE', 'The object store does not say what time it is.', { expected: 'a Date header' });
    }
    return now;
  });
}
