/**
 * Whether the buckets of a root can be reached and read with the credentials that are there: one listing each, the only question that every account
 * of the lane may ask. Rights to write are not tried: whatever is written into the record stays there.
 */
import { isMarketsError, type MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { isBucketRoot } from '../lane/work-folder.ts';
import { openStore, type StorePatience, type StoreSettings } from '../lane/open-store.ts';
import { bad, good, type Check } from './check.ts';

/** A name below the root that lies in each bucket; control/ has two. */
const PLACES: Readonly<Record<string, string>> = {
  landing: 'landing/',
  staging: 'staging/',
  quarantine: 'quarantine/',
  failed: 'failed/',
  archive: 'archive/',
  extracts: 'extracts/',
  history: 'history/',
  reports: 'reports/',
  control: 'control/specs/',
  journal: 'control/lease/',
};
/** A run is as patient as the configuration says: minutes. Somebody who waits for an answer is not. */
const PATIENCE: StorePatience = { requestSeconds: 10, retrySeconds: 10 };
const EXPECTED = 'can be listed';

/** None for a root that is a folder. */
export async function buckets(settings: StoreSettings): Promise<readonly Check[]> {
  if (!isBucketRoot(settings.root)) return [];
  let store: ObjectStore;
  try {
    store = await openStore(settings, PATIENCE);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    return [refused('buckets', error)];
  }
  return await Promise.all(
    Object.entries(PLACES).map(async ([name, prefix]) => await bucket(store, `bucket ${settings.root.slice(5)}-${name}`, prefix)),
  );
}

async function bucket(store: ObjectStore, name: string, prefix: string): Promise<Check> {
  try {
    // One page is asked for, and nothing of it is looked at.
    await store.list(prefix)[Symbol.asyncIterator]().next();
    return good(name, EXPECTED, EXPECTED);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    return refused(name, error);
  }
}

const NEXT: Readonly<Record<string, string>> = {
  STORE_NO_BUCKET: 'make it (terraform apply, docs/cloud/terraform.md), or choose another --root',
  STORE_DENIED: 'log in (gcloud auth application-default login), or give the account its role (docs/reference/iam.md)',
  STORE_UNAVAILABLE: 'try again; if it stays so, look at the network: DNS and a way to storage.googleapis.com',
};

function refused(name: string, error: MarketsError): Check {
  const found = error.found === undefined ? '' : ` (${error.found})`;
  return bad(name, `${error.code}: ${error.message}${found}`, EXPECTED, NEXT[error.code] ?? error.next ?? 'see docs/reference/errors.md');
}
