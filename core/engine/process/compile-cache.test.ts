import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCompileCacheCopy, type CompileCacheCopy } from './compile-cache.ts';

let parent: string;
let folder: string;
let copy: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'compile-cache-'));
  folder = join(parent, 'kept');
  copy = join(parent, 'copy');
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

function filled(into = copy): CompileCacheCopy {
  const cache = openCompileCacheCopy(folder, into);
  cache.fill();
  return cache;
}

describe('the compile cache of a process', () => {
  it('begins empty, and what the process adds before its first file is kept for the next', () => {
    const cache = filled();
    mkdirSync(join(copy, 'v24'));
    writeFileSync(join(copy, 'v24', 'module'), 'compiled');
    cache.keepNew();
    const next = join(parent, 'next');
    filled(next);
    expect(readFileSync(join(next, 'v24', 'module'), 'utf8')).toBe('compiled');
  });

  it('keeps a module that was compiled again, as Node replaces it', async () => {
    mkdirSync(join(folder, 'v24'), { recursive: true });
    writeFileSync(join(folder, 'v24', 'module'), 'old');
    const cache = filled();
    // File systems tell moments apart by some milliseconds; a process needs longer than that to start.
    await sleep(20);
    writeFileSync(join(copy, 'v24', 'module.part'), 'new');
    renameSync(join(copy, 'v24', 'module.part'), join(copy, 'v24', 'module'));
    cache.keepNew();
    expect(readFileSync(join(folder, 'v24', 'module'), 'utf8')).toBe('new');
  });

  it('is a copy: what a process writes later reaches no other one', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'module'), 'compiled');
    const cache = filled();
    cache.keepNew();
    writeFileSync(join(copy, 'module'), 'changed');
    expect(readFileSync(join(folder, 'module'), 'utf8')).toBe('compiled');
  });

  it('goes without a trace, and nothing of an earlier process stands in a new one', () => {
    const cache = filled();
    cache.remove();
    cache.remove();
    expect(existsSync(copy)).toBe(false);
    mkdirSync(copy);
    writeFileSync(join(copy, 'module'), 'left behind');
    filled();
    expect(existsSync(join(copy, 'module'))).toBe(false);
  });

  it('keeps nothing, and fails nothing, when the copy went with a pool that was closed', () => {
    const cache = filled();
    rmSync(copy, { recursive: true });
    cache.keepNew();
    expect(existsSync(folder)).toBe(false);
  });

  it('costs time only where the folder cannot be written', () => {
    writeFileSync(folder, 'a file stands where the folder should');
    const cache = filled();
    writeFileSync(join(copy, 'module'), 'compiled');
    cache.keepNew();
    expect(existsSync(join(folder, 'module'))).toBe(false);
  });
});
