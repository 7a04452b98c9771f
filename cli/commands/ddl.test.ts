import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../framework/command-line.ts';
import { COMMANDS } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'markets-ddl-'));
  await writeFile(join(folder, 'int.yaml'), 'environment: int\nwarehouse: { kind: bigquery, project: bank-int, dataset_prefix: blue_ }\n');
  await writeFile(join(folder, 'local.yaml'), 'environment: local\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function ddl(...words: readonly string[]): Promise<string> {
  let text = '';
  const write = async (part: string): Promise<void> => {
    text += part;
    await Promise.resolve();
  };
  const line = ['--config', folder, ...words, '--source', 'murex_trades'];
  expect(await runCommandLine(line, COMMANDS, { stdout: write, stderr: write }, new AbortController().signal), text).toBe(0);
  return text;
}

test("tables are named as the environment's warehouse names them, and as the command line says before that", async () => {
  expect(await ddl('--env', 'int', 'ddl')).toContain('`bank-int.blue_raw.murex_trades`');
  expect(await ddl('--env', 'int', 'ddl', '--project', 'bank-else', '--dataset-prefix', '')).toContain('`bank-else.raw.murex_trades`');
  expect(await ddl('ddl')).toContain('`project.raw.murex_trades`');
});
