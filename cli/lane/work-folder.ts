/**
 * The local folder that belongs to a root: the root itself where it is a folder. For buckets it is one below the machine's folder for temporary
 * files, the only place that a container may write to; it holds nothing that cannot be made again.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';

export function isBucketRoot(root: string): boolean {
  return root.startsWith('gs://');
}

export function workFolder(root: string): string {
  return isBucketRoot(root) ? join(tmpdir(), 'markets', root.slice('gs://'.length).replaceAll(/[^a-z0-9_-]/g, '_')) : root;
}

/** CONFIG_INVALID: the embedded warehouse reads local files. */
export function refuseEmbeddedWarehouse(root: string): void {
  if (!isBucketRoot(root)) return;
  throw new MarketsError('CONFIG_INVALID', 'The embedded warehouse cannot be built from buckets.', {
    expected: 'a root that is a folder, or a run without the warehouse',
    found: root,
    next: 'Call the command with --skip-dbt.',
  });
}
