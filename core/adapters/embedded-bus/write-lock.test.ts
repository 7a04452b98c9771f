import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWriteLock } from './write-lock.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the lock is free again though another process looked at the file when it was let go', async () => {
  const path = join(folder, 'write.lock');
  const [first, second] = [openWriteLock(path), openWriteLock(path)];
  const other = new DatabaseSync(path);
  const held = await first.hold(async () => {
    // As far as a process comes that tries to take the lock.
    other.exec('BEGIN');
    other.prepare('SELECT * FROM sqlite_schema').all();
    return await Promise.resolve('held');
  });
  other.exec('COMMIT');
  expect(held).toBe('held');
  expect(await second.hold(async () => await Promise.resolve('by another'))).toBe('by another');
  expect(await first.hold(async () => await Promise.resolve('again'))).toBe('again');
  for (const each of [first, second, other]) each.close();
});
