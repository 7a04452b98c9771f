/**
 * The versions of reference data that reports were made of, kept as long as these: reports/references/<hash>.json, so that a report can be made again
 * when the warehouse says something else.
 */
import { Ajv } from 'ajv';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { createIfAbsent } from '../../core/stream/stored-json.ts';
import { KEPT_VERSION_SCHEMA, versionBytes, type KeptVersion } from './reference-version.ts';
import type { ReferenceVersion } from './reference-view.ts';

/** Hashes that are remembered as written; beyond them an object is tried again, and found to be there. */
const REMEMBERED_MAX = 200_000;
const BYTES_MAX = 64 * 1024;
const isKept = new Ajv({ strict: false }).compile<KeptVersion>(KEPT_VERSION_SCHEMA);

export function referenceName(hash: string): string {
  return `reports/references/${hash}.json`;
}

export class KeptReferences {
  private readonly store: ObjectStore;
  private readonly written = new Map<string, Promise<void>>();

  constructor(store: ObjectStore) {
    this.store = store;
  }

  /** Key: the hash, which is that of the bytes. Resolves when every version is stored. */
  async keep(versions: readonly ReferenceVersion[]): Promise<void> {
    await Promise.all(versions.map(async (version) => await this.keepOne(version)));
  }

  private async keepOne(version: ReferenceVersion): Promise<void> {
    const known = this.written.get(version.hash);
    if (known !== undefined) {
      await known;
      return;
    }
    const writing = createIfAbsent(this.store, referenceName(version.hash), versionBytes(version)).then(() => undefined);
    if (this.written.size >= REMEMBERED_MAX) this.written.delete(this.written.keys().next().value as string);
    this.written.set(version.hash, writing);
    try {
      await writing;
    } catch (error) {
      this.written.delete(version.hash);
      throw error;
    }
  }
}

/** STORE_NOT_FOUND where it was never kept; REPORT_REBUILD where the bytes are not those of the hash. */
export async function readReference(store: ObjectStore, hash: string): Promise<ReferenceVersion> {
  const name = referenceName(hash);
  const bytes = await store.read(name, { maxBytes: BYTES_MAX });
  const content: unknown = sha256Of(bytes) === hash ? JSON.parse(bytes.toString('utf8')) : undefined;
  if (!isKept(content)) {
    throw new MarketsError('REPORT_REBUILD', 'A version of reference data is not what it was.', {
      expected: `an object whose sha256 is its name`,
      found: name,
      next: 'Restore the object from the copy of the bucket; nothing may change what lies under reports/.',
    });
  }
  const { kind, key, valid_from, values } = content;
  return { kind, key, validFrom: valid_from, values: new Map(Object.entries(values)), hash };
}
