import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommandLine } from '../framework/command-line.ts';
import { COMMANDS } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-specs-'));
  await cp(join(import.meta.dirname, '..', '..', 'source_specs'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function validateSpecs(...names: readonly string[]): Promise<{ readonly exit: number; readonly out: string }> {
  let out = '';
  const write = (text: string): Promise<void> => {
    out += text;
    return Promise.resolve();
  };
  const argv = ['--specs', folder, '--json', 'validate-specs', ...names];
  const exit = await runCommandLine(argv, COMMANDS, { stdout: write, stderr: write }, new AbortController().signal);
  return { exit, out };
}

it('accepts the project’s own specs and all their examples', async () => {
  expect(await validateSpecs()).toMatchObject({ exit: 0 });
});

it('says of a stream where its messages come from, and what it is watched for', async () => {
  const { out } = await validateSpecs('exchange_quotes');
  expect(JSON.parse(out)).toMatchObject({
    data: { specs: [{ kafka_topic: 'exchange.quotes', quality: ['gaps', 'outliers', 'duplicates', 'crossed', 'positive', 'future'] }] },
  });
});

it('ends with 64 and names the place once a good spec becomes bad', async () => {
  const path = join(folder, 'trading', 'murex_trades.yaml');
  await writeFile(path, (await readFile(path, 'utf8')).replace(/^owner:/m, 'ownr:'));
  const { exit, out } = await validateSpecs();
  expect(exit).toBe(64);
  expect(out).toContain('"found": "ownr"');
  expect(out).toContain('"expected": "perhaps owner"');
  expect((await validateSpecs('traders')).exit).toBe(0);
});

it('names the nearest source for one that is not there', async () => {
  const { exit, out } = await validateSpecs('murex_trade');
  expect(exit).toBe(64);
  expect(out).toContain('perhaps murex_trades');
});

it('refuses a folder without specs, which checks nothing', async () => {
  await rm(folder, { recursive: true });
  await mkdir(folder);
  const { exit, out } = await validateSpecs();
  expect(exit).toBe(64);
  expect(out).toContain('The folder of specs holds none.');
});
