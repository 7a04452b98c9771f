import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepUnfinished } from './sweep-unfinished.ts';

const UNFINISHED = '.store-0123456789abcdef.tmp';
const LATER_MS = 60_000;
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'markets-sweep-'));
  for (const folder of ['staging/trades', 'control/events', 'landing', 'warehouse']) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, UNFINISHED), 'half');
  }
  await writeFile(join(root, 'staging/trades/part-00000.parquet'), 'whole');
  await writeFile(join(root, 'staging/trades/.store-of-somebody.tmp'), 'of another program');
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

test('what a killed writer left is counted, then removed; landing, the warehouse and other names are left alone', async () => {
  const beforeMs = Date.now() + LATER_MS;
  expect(await sweepUnfinished(root, { beforeMs, remove: false })).toEqual({ files: 2, bytes: 8 });
  expect(await sweepUnfinished(root, { beforeMs, remove: true })).toEqual({ files: 2, bytes: 8 });
  expect(await sweepUnfinished(root, { beforeMs, remove: true })).toEqual({ files: 0, bytes: 0 });
  expect((await readdir(join(root, 'staging/trades'))).sort()).toEqual(['.store-of-somebody.tmp', 'part-00000.parquet']);
  expect(await readdir(join(root, 'landing'))).toEqual([UNFINISHED]);
  expect(await readdir(join(root, 'warehouse'))).toEqual([UNFINISHED]);
});

test('what may still be written stays', async () => {
  expect(await sweepUnfinished(root, { beforeMs: Date.now() - LATER_MS, remove: true })).toEqual({ files: 0, bytes: 0 });
});

test('links are not followed, and a root that is not there has nothing', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'markets-outside-'));
  await writeFile(join(outside, UNFINISHED), 'half');
  await symlink(outside, join(root, 'failed'));
  await sweepUnfinished(root, { beforeMs: Date.now() + LATER_MS, remove: true });
  expect(await readdir(outside)).toEqual([UNFINISHED]);
  await rm(outside, { recursive: true });
  expect(await sweepUnfinished(join(root, 'nowhere'), { beforeMs: Date.now(), remove: true })).toEqual({ files: 0, bytes: 0 });
});
