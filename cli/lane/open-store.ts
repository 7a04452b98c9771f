/** The object store of a root: a folder of this machine, or buckets (gs://NAME). */
import { existsSync, statSync } from 'node:fs';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { loadLaneConfig } from '../../orchestrator/config/load-config.ts';
import type { Settings } from '../framework/settings.ts';
import { isBucketRoot } from './work-folder.ts';

export type StoreSettings = Pick<Settings, 'root' | 'env' | 'config'>;

/** In place of the configuration's, for somebody who waits for the answer. */
export interface StorePatience {
  readonly requestSeconds: number;
  readonly retrySeconds: number;
}

/** CONFIG_INVALID for a root that is neither; nothing of buckets is asked yet. */
export async function openStore({ root, env, config }: StoreSettings, patience?: StorePatience): Promise<ObjectStore> {
  if (isBucketRoot(root)) return await openBuckets(root, env, config, patience);
  if (root.includes('://')) throw noFolder(root);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === false) throw noFolder(root);
  return createFolderObjectStore(root);
}

/** The adapter and its packages are loaded only where a root is in buckets: commands on folders start without them. */
async function openBuckets(root: string, env: Settings['env'], configFolder: string, patience?: StorePatience): Promise<ObjectStore> {
  const [{ createGcsObjectStore }, { limitsWith }, { applicationDefaultCredentials, noCredentials }] = await Promise.all([
    import('../../core/adapters/gcs-object-store/gcs-object-store.ts'),
    import('../../core/adapters/gcs-object-store/gcs-limits.ts'),
    import('../../core/adapters/gcs-object-store/credentials.ts'),
  ]);
  const { api_endpoint: endpoint, request_timeout_seconds, retry_seconds } = (await loadLaneConfig(configFolder, env)).store;
  return createGcsObjectStore({
    root,
    // Only an emulator has an address of its own, and no emulator may ever see a token of ours.
    ...(endpoint === null ? { authorize: applicationDefaultCredentials() } : { authorize: noCredentials, apiEndpoint: endpoint }),
    limits: limitsWith(patience?.requestSeconds ?? request_timeout_seconds, patience?.retrySeconds ?? retry_seconds),
  });
}

/** The store of a command that only reads: a mistyped root must not look like an empty one. CONFIG_INVALID where there is none. */
export async function openStoreToRead(settings: StoreSettings): Promise<ObjectStore> {
  const store = await openStore(settings);
  // A bucket that is not there is said at the first reading.
  if (isBucketRoot(settings.root) || existsSync(settings.root)) return store;
  throw new MarketsError('CONFIG_INVALID', 'There is no data yet.', {
    expected: 'a folder that a cycle has run in',
    found: `nothing at ${settings.root}`,
    next: 'Run a cycle first (`markets run`), or name another folder with --root.',
  });
}

function noFolder(root: string): MarketsError {
  return new MarketsError('CONFIG_INVALID', 'The root is no folder.', {
    expected: 'a folder, which may still have to be made, or gs://NAME',
    found: root,
    next: 'Call the command with --root and a folder.',
  });
}
