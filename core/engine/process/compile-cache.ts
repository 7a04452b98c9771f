/**
 * What Node compiled of our modules, so that a process starts in a third of the time. A confined process may write its
 * cache, and later processes run what stands in it: so each has a copy of its own, and only what it compiled before its
 * first file is taken back.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder for validation processes beside this program's own cache; null where this program has none. */
export function compileCacheFolder(): string | null {
  const own = getCompileCacheDir();
  return own === undefined ? null : join(dirname(own), 'validation');
}

export interface CompileCacheCopy {
  /** Fills the copy. A process that was started meanwhile finds what is there already and compiles the rest. */
  fill(): void;
  /** Takes back what the process has compiled since then. */
  keepNew(): void;
  /** Removes the copy, which a process needs no more once its modules are loaded. */
  remove(): void;
}

/** A copy of `folder` in `copy`, a new folder that is granted to one process. A cache that cannot be had or kept only costs time. */
export function openCompileCacheCopy(folder: string, copy: string): CompileCacheCopy {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  let before = '';
  return {
    fill: () => {
      attempt(() => {
        cpSync(folder, copy, { recursive: true });
      });
      attempt(() => {
        before = lastChange(copy);
      });
    },
    keepNew: () => {
      attempt(() => {
        if (lastChange(copy) !== before) cpSync(copy, folder, { recursive: true });
      });
    },
    remove: () => {
      attempt(() => {
        rmSync(copy, { recursive: true, force: true });
      });
    },
  };
}

/** Of the folder and those in it (one a version of Node): Node writes a file beside its place and renames it, which changes the folder. */
function lastChange(folder: string): string {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const times = [folder, ...below.map(({ name }) => join(folder, name))].map((path) => {
    const { mtimeNs } = statSync(path, { bigint: true });
    return `${path} ${mtimeNs}`;
  });
  return times.toSorted().join('\n');
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // No cache yet, a read-only disk, another process at the same files, or a pool that was closed meanwhile and took the copy
    // along: Node checks each file before it trusts it.
  }
}
