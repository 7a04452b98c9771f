import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyDigest, SpillingKeySet } from './spilling-key-set.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-set-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a set that outgrows memory goes on in a file and forgets nothing', () => {
  const keys = new SpillingKeySet(folder, 'ids', 1000);
  for (let index = 0; index < 30_000; index += 1) {
    expect(keys.add(keyDigest(`T-${index}`))).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(1);
  for (let index = 0; index < 30_000; index += 1) {
    expect(keys.has(keyDigest(`T-${index}`))).toBe(true);
    expect(keys.has(keyDigest(`X-${index}`))).toBe(false);
  }
  expect(keys.add(keyDigest('T-17'))).toBe(false);
  expect(keys.size).toBe(30_000);
  keys.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a small set never touches the folder', () => {
  const keys = new SpillingKeySet(folder, 'ids', 1000);
  expect([keys.add(keyDigest('a')), keys.add(keyDigest('b')), keys.add(keyDigest('a'))]).toEqual([true, true, false]);
  expect(readdirSync(folder)).toEqual([]);
});
