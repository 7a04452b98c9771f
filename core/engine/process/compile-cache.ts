/**
 * What Node compiled of our modules, so that a process starts in a third of the time. Later processes run what stands in a cache, and
 * a confined process may write its own: so a cache is lent to one process while it starts and taken out of its reach, by another
 * name, before it sees a file. Nothing is copied: a cache has hundreds of files.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';

const FREE = 'free-';
const LENT = 'lent-';
/** As many processes as start at the same moment with a cache. */
const KEPT_MAX = 16;
/** A process starts within a minute; what is lent longer belongs to a program that was killed. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** The folder of the caches of validation processes, beside this program's own cache; null where this program has none. */
export function compileCachesFolder(): string | null {
  const own = getCompileCacheDir();
  return own === undefined ? null : join(dirname(own), 'validation');
}

export interface LentCompileCache {
  /** Where the process finds it and may write until it is given back. */
  readonly folder: string;
  /** Keeps the cache for a later process; the one that had it no longer reaches it. Safe to repeat. */
  giveBack(): void;
  /** Removes what a process left under the name that it knew. Safe to repeat. */
  forget(): void;
}

/** A cache of `caches` that no other process has, an empty one where none is free; null where the folder cannot be written. */
export function borrowCompileCache(caches: string, nowMs = Date.now()): LentCompileCache | null {
  const id = randomUUID();
  const folder = join(caches, `${LENT}${id}`);
  const isLent = attempt(() => {
    mkdirSync(caches, { recursive: true });
    const names = readdirSync(caches);
    removeForgotten(caches, names, nowMs);
    if (!names.some((name) => name.startsWith(FREE) && attempt(() => renameSync(join(caches, name), folder)))) mkdirSync(folder);
  });
  if (!isLent) return null;
  let isBack = false;
  return {
    folder,
    giveBack: () => {
      if (isBack) return;
      isBack = true;
      attempt(() => {
        const free = readdirSync(caches).filter((name) => name.startsWith(FREE));
        if (free.length < KEPT_MAX) renameSync(folder, join(caches, `${FREE}${id}`));
      });
    },
    forget: () => {
      attempt(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

function removeForgotten(caches: string, names: readonly string[], nowMs: number): void {
  for (const name of names.filter((each) => each.startsWith(LENT))) {
    const path = join(caches, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.ctimeMs;
    if (changedMs !== undefined && nowMs - changedMs > FORGOTTEN_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** A cache that cannot be had or kept only costs time: a read-only disk, or another program that was faster. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
