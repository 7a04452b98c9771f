import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommandLine } from '../framework/command-line.ts';
import { COMMANDS } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-regimes-'));
  await cp(join(import.meta.dirname, '..', '..', 'regimes'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function validateRegimes(...words: readonly string[]): Promise<{ readonly exit: number; readonly out: string }> {
  let out = '';
  const write = (text: string): Promise<void> => {
    out += text;
    return Promise.resolve();
  };
  const exit = await runCommandLine(
    ['--json', 'validate-regimes', ...words],
    COMMANDS,
    { stdout: write, stderr: write },
    new AbortController().signal,
  );
  return { exit, out };
}

it('accepts the project’s own regimes', async () => {
  const { exit, out } = await validateRegimes();
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    data: { regimes: [{ name: 'finra_trace' }, { name: 'rts_1' }, { name: 'rts_2' }, { name: 'rts_22', fields: 65 }] },
  });
});

it('ends with 64 and names the place once a good regime becomes bad', async () => {
  const path = join(folder, 'rts_22.yaml');
  await writeFile(path, (await readFile(path, 'utf8')).replace('value: trading_capacity', 'value: trading_capcity'));
  const { exit, out } = await validateRegimes('--regimes', folder);
  expect(exit).toBe(64);
  expect(JSON.parse(out)).toMatchObject({
    errors: [{ code: 'REGIME_INVALID', file: 'rts_22.yaml', path: 'fields[28].value', expected: 'perhaps trading_capacity' }],
  });
});
