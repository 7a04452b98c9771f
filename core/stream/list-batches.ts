/** The batches of a source in their order: what a reader of the warehouse's side goes by. */
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { readBatch, type StoredBatch } from './batch-manifest.ts';

export interface BatchRange {
  /** The number of the last batch that is known; 0 for none. */
  readonly after: number;
  /** At most so many. */
  readonly limit: number;
}

/**
 * The batches behind `after`, each held to its schema, its number and the digest of the one before; ends where the chain ends. No folder is listed, so
 * that the cost is one reading a new batch (and the one before the first), whatever lies there already.
 * STREAM_STATE where a manifest is not one of its chain, or batch `after` itself is gone.
 */
export async function* listBatches(
  store: ObjectStore,
  source: string,
  { after, limit }: BatchRange,
): AsyncGenerator<StoredBatch, void, undefined> {
  let before = after === 0 ? null : ((await readBatch(store, source, after))?.sha256 ?? missing(source, after));
  for (let seq = after + 1; seq <= after + limit; seq += 1) {
    const batch = await readBatch(store, source, seq);
    if (batch === undefined) return;
    checkLink(batch, before);
    before = batch.sha256;
    yield batch;
  }
}

/** STREAM_STATE where a batch does not follow the one with this digest. */
export function checkLink({ manifest }: StoredBatch, before: string | null): void {
  if (manifest.prev_sha256 === before) return;
  throw new MarketsError('STREAM_STATE', 'A batch does not follow the one before it.', {
    expected: `prev_sha256 ${before ?? 'null'}`,
    found: `${manifest.prev_sha256 ?? 'null'} in batch ${manifest.seq} of ${manifest.source}`,
    next: 'Restore the objects from the copy of the bucket; nothing may change what lies under control/.',
  });
}

function missing(source: string, seq: number): never {
  throw new MarketsError('STREAM_STATE', 'A batch that was read before is gone.', {
    expected: `batch ${seq} of ${source}`,
    found: 'no such object',
    next: 'Restore the object from the copy of the bucket; nothing may remove what lies under control/.',
  });
}
