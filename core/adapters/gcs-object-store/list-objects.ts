/** Listing, page by page as it is read, in the service's order: that of the names' UTF-8 bytes. */
import { MarketsError } from '../../errors/markets-error.ts';
import { objectNameFault } from '../../ports/object-name.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import type { BucketLayout, Place } from './bucket-layout.ts';
import { errorOfRefusal, missingBucket } from './gcs-error.ts';
import { infoOf, readResource, RESOURCE_FIELDS, type ObjectResource } from './object-resource.ts';
import { retrying } from './retry.ts';
import { member, type GcsTransport } from './transport.ts';

/** 1000 objects a page: a billion objects in one folder are a mistake. */
const PAGES_MAX = 1_000_000;

export async function* listObjects(transport: GcsTransport, layout: BucketLayout, prefix: string): AsyncGenerator<ObjectInfo> {
  for (const place of layout.placesOf(prefix)) {
    for await (const resource of listBucket(transport, place)) {
      const name = layout.nameOf({ bucket: place.bucket, object: resource.object });
      // Folders that a console makes (`a/`) and other names that no object of a root has.
      if (objectNameFault(name) === null) yield infoOf(name, resource);
    }
  }
}

async function* listBucket(transport: GcsTransport, place: Place): AsyncGenerator<ObjectResource> {
  let token: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { resources, next } = await listPage(transport, place, token);
    yield* resources;
    if (next === null) return;
    token = next;
  }
  throw new MarketsError('STORE_REFUSED', `The bucket ${place.bucket} holds more objects than are ever listed.`);
}

async function listPage(
  transport: GcsTransport,
  { bucket, object }: Place,
  token: string | null,
): Promise<{ readonly resources: readonly ObjectResource[]; readonly next: string | null }> {
  return await retrying(transport.limits, async () => {
    const answer = await transport.json({
      method: 'GET',
      path: `/storage/v1/b/${encodeURIComponent(bucket)}/o`,
      query: {
        prefix: object,
        maxResults: String(transport.limits.pageObjects),
        fields: `nextPageToken,items(${RESOURCE_FIELDS})`,
        ...(token === null ? {} : { pageToken: token }),
      },
      about: bucket,
    });
    if (answer.status === 404) throw missingBucket(bucket, 'status 404');
    if (answer.status !== 200) throw errorOfRefusal(answer.refusal, bucket);
    const items: unknown = member(answer.data, 'items') ?? [];
    const next = member(answer.data, 'nextPageToken');
    if (typeof answer.data !== 'object' || !Array.isArray(items)) {
      throw new MarketsError('STORE_UNAVAILABLE', `The object store listed ${bucket} in a way that cannot be read.`);
    }
    return { resources: items.map((item) => readResource(item, bucket)), next: typeof next === 'string' && next !== '' ? next : null };
  });
}
