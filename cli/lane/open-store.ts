/** The object store of a root. */
import { existsSync, statSync } from 'node:fs';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Settings } from '../framework/settings.ts';

/** CONFIG_INVALID for a root that is no folder. */
export function openStore({ root, env }: Pick<Settings, 'root' | 'env'>): ObjectStore {
  if (root.includes('://')) {
    throw new MarketsError('CONFIG_INVALID', 'A root in a bucket is not supported yet.', {
      expected: 'a folder of this machine',
      found: root,
      next: 'Call the command with --root and a folder.',
    });
  }
  if (env !== 'local') {
    throw new MarketsError('CONFIG_INVALID', `The environment ${env} is not supported yet.`, {
      expected: 'local',
      found: env,
      next: 'Call the command without --env.',
    });
  }
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new MarketsError('CONFIG_INVALID', 'The root is no folder.', {
      expected: 'a folder, which may still have to be made',
      found: root,
      next: 'Call the command with --root and a folder.',
    });
  }
  return createFolderObjectStore(root);
}

/** The store of a command that only reads: a mistyped root must not look like an empty one. CONFIG_INVALID where there is none. */
export function openStoreToRead(settings: Pick<Settings, 'root' | 'env'>): ObjectStore {
  const store = openStore(settings);
  if (existsSync(settings.root)) return store;
  throw new MarketsError('CONFIG_INVALID', 'There is no data yet.', {
    expected: 'a folder that a cycle has run in',
    found: `nothing at ${settings.root}`,
    next: 'Run a cycle first (`markets run`), or name another folder with --root.',
  });
}
