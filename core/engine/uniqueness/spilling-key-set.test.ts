import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ValueHasher } from './key-digests.ts';
import { DIGEST_WORDS } from './key-hasher.ts';
import { SpillingKeySet } from './spilling-key-set.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-set-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hasher = new ValueHasher(Int32Array.of(1, 2, 3, 4));

function keyDigest(text: string): Int32Array {
  const digest = new Int32Array(DIGEST_WORDS);
  hasher.start();
  hasher.add({ kind: 'STRING' }, text);
  hasher.finish(digest, 0);
  return digest;
}

test('a set that outgrows memory goes on in a file and forgets nothing', () => {
  const keys = new SpillingKeySet(folder, 'ids', 1000);
  for (let index = 0; index < 30_000; index += 1) {
    expect(keys.add(keyDigest(`T-${index}`), 0)).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(1);
  for (let index = 0; index < 30_000; index += 1) {
    expect(keys.has(keyDigest(`T-${index}`), 0)).toBe(true);
    expect(keys.has(keyDigest(`X-${index}`), 0)).toBe(false);
  }
  expect(keys.add(keyDigest('T-17'), 0)).toBe(false);
  expect(keys.size).toBe(30_000);
  keys.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a small set never touches the folder', () => {
  const keys = new SpillingKeySet(folder, 'ids', 1000);
  expect([keys.add(keyDigest('a'), 0), keys.add(keyDigest('b'), 0), keys.add(keyDigest('a'), 0)]).toEqual([true, true, false]);
  expect(readdirSync(folder)).toEqual([]);
});
