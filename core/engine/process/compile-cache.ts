/**
 * What Node compiled of our modules, so that a process starts in a third of the time. A confined process may write its
 * cache, and later processes run what stands in it: so each has a copy of its own, and only what it compiled before its
 * first file is taken back.
 */
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder for validation processes beside this program's own cache; null where this program has none. */
export function compileCacheFolder(): string | null {
  const own = getCompileCacheDir();
  return own === undefined ? null : join(dirname(own), 'validation');
}

export interface CompileCacheCopy {
  /** Takes back what the process has compiled since the copy was made. */
  keepNew(): void;
}

/** Copies `folder` to `copy`, a new folder that is granted to one process. A cache that cannot be had or kept only costs time. */
export function copyCompileCache(folder: string, copy: string): CompileCacheCopy {
  mkdirSync(copy, { recursive: true });
  attempt(() => {
    cpSync(folder, copy, { recursive: true });
  });
  const before = fingerprint(copy);
  return {
    keepNew: () => {
      attempt(() => {
        if (fingerprint(copy) !== before) cpSync(copy, folder, { recursive: true });
      });
    },
  };
}

/** Names, sizes and times of all files. */
function fingerprint(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .toSorted()
    .join('\n');
}

function attempt(copyFiles: () => void): void {
  try {
    copyFiles();
  } catch {
    // No cache yet, a read-only disk, another process at the same files, or a pool that was closed meanwhile and took the copy
    // along: Node checks each file before it trusts it.
  }
}
