/** Listing, page by page as it is read, in the service's order: that of the names' UTF-8 bytes. */
import { MarketsError } from '../../errors/markets-error.ts';
import { compareNames, objectNameFault } from '../../ports/object-name.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import type { BucketLayout, Place, PlacePrefix } from './bucket-layout.ts';
import { errorOfRefusal, missingBucket } from './gcs-error.ts';
import { infoOf, readResource, RESOURCE_FIELDS, type ObjectResource } from './object-resource.ts';
import { retrying } from './retry.ts';
import { member, type GcsTransport } from './transport.ts';

/** 1000 objects a page: a billion objects in one folder are a mistake. */
const PAGES_MAX = 1_000_000;

export async function* listObjects(transport: GcsTransport, layout: BucketLayout, prefix: string): AsyncGenerator<ObjectInfo> {
  for (const group of layout.placesOf(prefix)) yield* merged(group.map((place) => namedObjects(transport, layout, place)));
}

async function* namedObjects(transport: GcsTransport, layout: BucketLayout, place: PlacePrefix): AsyncGenerator<ObjectInfo> {
  for await (const resource of listBucket(transport, place)) {
    const name = `${place.folder}${resource.object}`;
    // Folders that a console makes (`a/`) and other names that no object of a root has, and what lies in a bucket that is not its own.
    if (objectNameFault(name) === null && layout.placeOf(name).bucket === place.bucket) yield infoOf(name, resource);
  }
}

/** Sorted listings as one. */
async function* merged(listings: readonly AsyncGenerator<ObjectInfo>[]): AsyncGenerator<ObjectInfo> {
  const heads = await Promise.all(listings.map(async (listing) => ({ listing, next: await listing.next() })));
  for (;;) {
    let least: ((typeof heads)[number] & { readonly next: IteratorYieldResult<ObjectInfo> }) | undefined;
    for (const head of heads) {
      if (isHere(head) && (least === undefined || compareNames(head.next.value.name, least.next.value.name) < 0)) least = head;
    }
    if (least === undefined) return;
    yield least.next.value;
    (least as (typeof heads)[number]).next = await least.listing.next();
  }
}

function isHere<T extends { next: IteratorResult<ObjectInfo> }>(head: T): head is T & { readonly next: IteratorYieldResult<ObjectInfo> } {
  return head.next.done !== true;
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
