/** The service's description of an object, read once at the edge. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ObjectInfo, WrittenObject } from '../../ports/object-store.ts';
import { errorOfRefusal, isAboutBucket } from './gcs-error.ts';
import type { Place } from './bucket-layout.ts';
import { retrying } from './retry.ts';
import { member, type GcsJson, type GcsTransport } from './transport.ts';

export interface ObjectResource {
  readonly object: string;
  readonly sizeBytes: number;
  readonly generation: string;
  /** When this generation was written; unlike `updated` no change of its metadata moves it. */
  readonly createdAtMs: number;
  /** 8 lower-case hex digits, '' where the service has none. */
  readonly crc32c: string;
  /** What the writer of this project put there to know its own write again. */
  readonly writeId: string;
}

/** Fields that are asked for in listings and descriptions. */
export const RESOURCE_FIELDS = 'name,size,generation,timeCreated,crc32c,metadata';
export const WRITE_ID = 'markets_write';

export function objectPath({ bucket, object }: Place): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
}

/** STORE_UNAVAILABLE for an answer that is no object: it is tried again, as any broken answer. */
export function readResource(data: unknown, about: string): ObjectResource {
  const [object, size, generation, created, crc32c] = ['name', 'size', 'generation', 'timeCreated', 'crc32c'].map((name) =>
    member(data, name),
  );
  const createdAtMs = typeof created === 'string' ? Date.parse(created) : Number.NaN;
  const sizeBytes = Number(size ?? Number.NaN);
  if (typeof object !== 'string' || typeof generation !== 'string' || !Number.isSafeInteger(sizeBytes) || Number.isNaN(createdAtMs)) {
    throw new MarketsError('STORE_UNAVAILABLE', `The object store described ${about} in a way that cannot be read.`, {
      expected: RESOURCE_FIELDS,
    });
  }
  const writeId = member(member(data, 'metadata'), WRITE_ID);
  return {
    object,
    sizeBytes,
    generation,
    createdAtMs,
    crc32c: typeof crc32c === 'string' ? Buffer.from(crc32c, 'base64').toString('hex') : '',
    writeId: typeof writeId === 'string' ? writeId : '',
  };
}

/** What a write or copy answered; its moment tells the store's time to the millisecond. */
export function writtenResource(transport: GcsTransport, answer: GcsJson, about: string): ObjectResource {
  const resource = readResource(member(answer.data, 'resource') ?? answer.data, about);
  transport.clock.sample(resource.createdAtMs, 1, answer.sentMs, performance.now());
  return resource;
}

/** undefined where there is no such object; STORE_NO_BUCKET where there is not even its bucket. */
export async function describe(transport: GcsTransport, place: Place, about: string): Promise<ObjectResource | undefined> {
  return await retrying(transport.limits, async () => {
    const answer = await transport.json({ method: 'GET', path: objectPath(place), query: { fields: RESOURCE_FIELDS }, about });
    if (answer.status === 404 && !isAboutBucket(answer.refusal)) return undefined;
    if (answer.status !== 200) throw errorOfRefusal(answer.refusal, about);
    return readResource(answer.data, about);
  });
}

export function infoOf(name: string, resource: ObjectResource): ObjectInfo {
  const { sizeBytes, generation, createdAtMs } = resource;
  return { name, sizeBytes, generation, updatedAtMs: createdAtMs };
}

export function writtenOf(name: string, resource: ObjectResource): WrittenObject {
  return { ...infoOf(name, resource), crc32c: resource.crc32c };
}

/** What is no number was never a generation of this store. */
export function isGeneration(text: string): boolean {
  return /^[0-9]{1,19}$/.test(text);
}
