/** The object store of a root. */
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
  return createFolderObjectStore(root);
}
