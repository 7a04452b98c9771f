/**
 * Which bucket holds an object. `gs://NAME` as root is one bucket a top folder, NAME-<folder>, with the rest of the name as the object's. What of
 * control/ is replaced and deleted (leases, claims, checkpoints, the events of open days, the progress of streams, heartbeats of reporters) lies in NAME-journal: control
 * itself is under a retention policy, and such a policy is a bucket's.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import { checkObjectName, compareNames } from '../../ports/object-name.ts';
import { ROOT_FOLDERS } from '../../ports/root-folders.ts';

export interface Place {
  readonly bucket: string;
  readonly object: string;
}

/** With the name below the root, for messages. */
export interface NamedPlace extends Place {
  readonly name: string;
}

/** Objects of a bucket that start with `object`; `folder` in front of them makes names below the root. */
export interface PlacePrefix extends Place {
  readonly folder: string;
}

export interface BucketLayout {
  /** STORE_NAME for a name that no object may have, or that lies in no top folder. */
  placeOf(name: string): Place;
  /** Where names with the prefix lie: groups in the order of the names, the buckets of one group to be merged by name. */
  placesOf(prefix: string): readonly (readonly PlacePrefix[])[];
  /** What a lane writes to all the time; asked for the store's time. */
  readonly journalBucket: string;
  /** Every bucket of the root. */
  readonly buckets: readonly string[];
}

/** As the service wants it, with room for the longest folder behind it. */
const ROOT_URL = /^gs:\/\/([a-z0-9][a-z0-9_-]{1,50}[a-z0-9])\/?$/;
const SEALED_DAY = /^control\/events\/date=[^/]+\/sealed\.jsonl$/;
/** Below control/. */
const JOURNAL_FOLDERS = ['lease/', 'claims/', 'checkpoints/', 'events/', 'streams/', 'reports/instances/'];

/** CONFIG_INVALID for anything but gs://NAME. */
export function bucketLayout(root: string): BucketLayout {
  const name = ROOT_URL.exec(root)?.[1];
  if (name === undefined) {
    throw new MarketsError('CONFIG_INVALID', 'The root is no name of buckets.', {
      expected: 'gs://NAME of 3 to 52 lower-case letters, digits, - and _; the buckets are NAME-landing, NAME-control, ...',
      found: root,
      next: 'Call the command with --root gs://NAME.',
    });
  }
  const bucketOf = (folder: string): string => `${name}-${folder}`;
  const folders: readonly string[] = [...ROOT_FOLDERS].sort((left, right) => compareNames(`${left}/`, `${right}/`));
  return {
    journalBucket: bucketOf('journal'),
    buckets: [...folders, 'journal'].map(bucketOf),
    placeOf(whole) {
      checkObjectName(whole);
      const cut = whole.indexOf('/');
      const folder = whole.slice(0, Math.max(0, cut));
      const object = whole.slice(cut + 1);
      if (folders.includes(folder)) return { bucket: bucketOf(isJournal(whole) ? 'journal' : folder), object };
      throw new MarketsError('STORE_NAME', 'The object lies in no bucket of the root.', {
        expected: `a name below ${folders.join('/, ')}/`,
        found: JSON.stringify(whole.slice(0, 200)),
      });
    },
    placesOf(prefix) {
      const cut = prefix.indexOf('/');
      const wanted = cut < 0 ? folders.filter((folder) => `${folder}/`.startsWith(prefix)) : [prefix.slice(0, cut)];
      const object = cut < 0 ? '' : prefix.slice(cut + 1);
      return wanted
        .filter((folder) => folders.includes(folder))
        .map((folder) => bucketsOf(folder, object).map((one) => ({ bucket: bucketOf(one), object, folder: `${folder}/` })));
    },
  };
}

function isJournal(name: string): boolean {
  return !SEALED_DAY.test(name) && JOURNAL_FOLDERS.some((folder) => name.startsWith(`control/${folder}`));
}

/** The buckets that may hold objects of the folder with this prefix. */
function bucketsOf(folder: string, prefix: string): readonly string[] {
  if (folder !== 'control') return [folder];
  const isInJournal = JOURNAL_FOLDERS.some((one) => one.startsWith(prefix) || prefix.startsWith(one));
  const isInControl = prefix.startsWith('events/') || !JOURNAL_FOLDERS.some((one) => prefix.startsWith(one));
  return [...(isInControl ? ['control'] : []), ...(isInJournal ? ['journal'] : [])];
}

/** Days after which a bucket's lifecycle removes objects of a top folder; the others keep theirs for years. Terraform sets the same. */
export const BUCKET_KEEPS_DAYS = { staging: 30, failed: 90 } as const;
