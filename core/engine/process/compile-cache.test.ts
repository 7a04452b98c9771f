import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyCompileCache } from './compile-cache.ts';

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

describe('the compile cache of a process', () => {
  it('begins empty, and what the process adds before its first file is kept for the next', () => {
    const cache = copyCompileCache(folder, copy);
    mkdirSync(join(copy, 'v24'));
    writeFileSync(join(copy, 'v24', 'module'), 'compiled');
    cache.keepNew();
    const next = join(parent, 'next');
    copyCompileCache(folder, next);
    expect(readFileSync(join(next, 'v24', 'module'), 'utf8')).toBe('compiled');
  });

  it('is a copy: what a process writes later reaches no other one', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'module'), 'compiled');
    const cache = copyCompileCache(folder, copy);
    cache.keepNew();
    writeFileSync(join(copy, 'module'), 'changed');
    expect(readFileSync(join(folder, 'module'), 'utf8')).toBe('compiled');
  });

  it('keeps nothing, and fails nothing, when the copy went with a pool that was closed', () => {
    const cache = copyCompileCache(folder, copy);
    rmSync(copy, { recursive: true });
    cache.keepNew();
    expect(existsSync(folder)).toBe(false);
  });

  it('costs time only where the folder cannot be written', () => {
    writeFileSync(folder, 'a file stands where the folder should');
    const cache = copyCompileCache(folder, copy);
    writeFileSync(join(copy, 'module'), 'compiled');
    cache.keepNew();
    expect(existsSync(join(folder, 'module'))).toBe(false);
  });
});
