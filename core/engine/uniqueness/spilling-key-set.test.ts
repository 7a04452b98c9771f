import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpillingKeySet } from './spilling-key-set.ts';

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
    expect(keys.add(`T-${index}`)).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(1);
  for (let index = 0; index < 30_000; index += 1) {
    expect(keys.has(`T-${index}`)).toBe(true);
    expect(keys.has(`X-${index}`)).toBe(false);
  }
  expect(keys.add('T-17')).toBe(false);
  expect(keys.size).toBe(30_000);
  keys.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('a small set never touches the folder', () => {
  const keys = new SpillingKeySet(folder, 'ids', 1000);
  expect([keys.add('a'), keys.add('b'), keys.add('a')]).toEqual([true, true, false]);
  expect(readdirSync(folder)).toEqual([]);
});
