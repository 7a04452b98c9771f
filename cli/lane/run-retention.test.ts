import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { parseLaneConfig } from '../../orchestrator/index.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import { runRetention, type RetentionRequest } from './run-retention.ts';

const DAY_MS = 86_400_000;
const config = parseLaneConfig('environment: local\nretention: { failed_days: 40 }\n', 'local.yaml');
const isData = new Ajv2020({ strict: false }).compile(publishedCommandOutputs()['retention-data.schema.json'] ?? {});
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'markets-retention-'));
  for (const folder of ['failed/2023-01-30/trades', 'archive/2023-01-30/trades', 'staging/trades']) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'file'), '12345');
  }
  await writeFile(join(root, 'staging/trades/.store-0123456789abcdef.tmp'), 'half');
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

/** As the root would be found so many days from now. */
function after(days: number, changes: Partial<RetentionRequest> = {}): RetentionRequest {
  const store = createFolderObjectStore(root, { clockMs: () => Date.now() + days * DAY_MS });
  const now = (): string => '2023-05-01T00:00:00.000000Z';
  return { root, store, config, apply: false, now, signal: new AbortController().signal, ...changes };
}

async function names(days: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of after(days).store.list('')) if (!name.startsWith('control/')) found.push(name);
  return found;
}

test('it is dry by default, goes by the days of the configuration, and then removes what it showed', async () => {
  const shown = await runRetention(after(41));
  expect(shown).toMatchObject({ applied: false, run_id: null, unfinished: { files: 1, bytes: 4 } });
  expect(shown?.folders.map(({ folder, objects, bytes }) => [folder, objects, bytes])).toEqual([
    ['staging', 1, 5],
    ['failed', 1, 5],
    ['landing', 0, 0],
  ]);
  expect(await names(41)).toHaveLength(3);
  const done = await runRetention(after(41, { apply: true }));
  expect(done?.folders).toEqual(shown?.folders);
  expect(isData({ kept_by: 'retention', outcome: done }), JSON.stringify(isData.errors)).toBe(true);
  expect(await names(41)).toEqual(['archive/2023-01-30/trades/file']);
  expect(await runRetention(after(41, { apply: true }))).toMatchObject({ run_id: null, unfinished: { files: 0 } });
});

test('on the next morning nothing is old', async () => {
  const done = await runRetention(after(0.9, { apply: true }));
  expect(done).toMatchObject({ run_id: null, unfinished: { files: 0 } });
  expect(await names(1)).toHaveLength(3);
});

test('a root in buckets is left to their lifecycle', async () => {
  expect(await runRetention(after(400, { root: 'gs://markets-test', apply: true }))).toBeNull();
  expect(await names(400)).toHaveLength(3);
});
