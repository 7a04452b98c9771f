/**
 * The local folder that belongs to a root: the root itself where it is a folder. For buckets it is one below the machine's folder for temporary
 * files, the only place that a container may write to; it holds nothing that cannot be made again.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function isBucketRoot(root: string): boolean {
  return root.startsWith('gs://');
}

export function workFolder(root: string): string {
  return isBucketRoot(root) ? join(tmpdir(), 'markets', root.slice('gs://'.length).replaceAll(/[^a-z0-9_-]/g, '_')) : root;
}
