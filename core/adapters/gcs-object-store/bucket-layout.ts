/** Which bucket holds an object: `gs://NAME` as root is one bucket a top folder, NAME-<folder>, with the rest of the name as the object's. */
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

export interface BucketLayout {
  /** STORE_NAME for a name that no object may have, or that lies in no top folder. */
  placeOf(name: string): Place;
  /** The name below the root. */
  nameOf(place: Place): string;
  /** Buckets that may hold names with the prefix, in the order of those names, with what their objects start with. */
  placesOf(prefix: string): readonly Place[];
  /** The bucket that every command needs, for asking the store its time. */
  readonly controlBucket: string;
}

/** As the service wants it, with room for the longest folder behind it. */
const ROOT_URL = /^gs:\/\/([a-z0-9][a-z0-9_-]{1,50}[a-z0-9])\/?$/;

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
    controlBucket: bucketOf('control'),
    placeOf(whole) {
      checkObjectName(whole);
      const cut = whole.indexOf('/');
      const folder = whole.slice(0, Math.max(0, cut));
      if (folders.includes(folder)) return { bucket: bucketOf(folder), object: whole.slice(cut + 1) };
      throw new MarketsError('STORE_NAME', 'The object lies in no bucket of the root.', {
        expected: `a name below ${folders.join('/, ')}/`,
        found: JSON.stringify(whole.slice(0, 200)),
      });
    },
    nameOf: ({ bucket, object }) => `${bucket.slice(name.length + 1)}/${object}`,
    placesOf(prefix) {
      const cut = prefix.indexOf('/');
      if (cut < 0)
        return folders.filter((folder) => `${folder}/`.startsWith(prefix)).map((folder) => ({ bucket: bucketOf(folder), object: '' }));
      const folder = prefix.slice(0, cut);
      return folders.includes(folder) ? [{ bucket: bucketOf(folder), object: prefix.slice(cut + 1) }] : [];
    },
  };
}
