import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { borrowCompileCache, type LentCompileCache } from './compile-cache.ts';

let parent: string;
let caches: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'compile-cache-'));
  caches = join(parent, 'validation');
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

function borrow(): LentCompileCache {
  const lent = borrowCompileCache(caches);
  if (lent === null) throw new Error('expected a cache');
  return lent;
}

function moduleOf({ folder }: LentCompileCache): string {
  return readFileSync(join(folder, 'module'), 'utf8');
}

describe('the compile cache of a process', () => {
  it('begins empty, and what the process compiled before its first file is there for the next', () => {
    const first = borrow();
    expect(readdirSync(first.folder)).toEqual([]);
    writeFileSync(join(first.folder, 'module'), 'compiled');
    first.giveBack();
    expect(moduleOf(borrow())).toBe('compiled');
  });

  it('is out of reach once it was given back: what a process writes later reaches no other one', () => {
    const first = borrow();
    writeFileSync(join(first.folder, 'module'), 'compiled');
    first.giveBack();
    first.giveBack();
    expect(existsSync(first.folder)).toBe(false);
    // What is left to a process that was taken over: the name that it was granted.
    mkdirSync(first.folder);
    writeFileSync(join(first.folder, 'module'), 'changed');
    first.giveBack();
    const next = borrow();
    expect(next.folder).not.toBe(first.folder);
    expect(moduleOf(next)).toBe('compiled');
    first.forget();
    first.forget();
    expect(existsSync(first.folder)).toBe(false);
  });

  it('is lent to one process at a time', () => {
    const first = borrow();
    writeFileSync(join(first.folder, 'module'), 'of the first');
    const second = borrow();
    expect(readdirSync(second.folder)).toEqual([]);
    writeFileSync(join(second.folder, 'module'), 'of the second');
    for (const lent of [first, second]) lent.giveBack();
    expect([borrow(), borrow()].map(moduleOf).toSorted()).toEqual(['of the first', 'of the second']);
  });

  it('is removed where a program was killed that had borrowed it long ago', () => {
    const forgotten = borrow();
    const recent = borrow();
    const now = Date.now();
    expect(borrowCompileCache(caches, now)).not.toBeNull();
    expect(readdirSync(caches)).toHaveLength(3);
    borrowCompileCache(caches, now + 2 * 3_600_000);
    for (const lent of [forgotten, recent]) expect(existsSync(lent.folder)).toBe(false);
  });

  it('is not had where the folder cannot be written', () => {
    writeFileSync(caches, 'a file stands where the folder should');
    expect(borrowCompileCache(caches)).toBeNull();
  });
});
