/** The README's commands are run, and what it shows of the demo is what the demo prints. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOME } from '../support/command-line.ts';

const DEMO = 'make demo';
/** It would run itself. */
const NOT_RUN = ['make test'];
const TIMEOUT_MS = 300_000;

const readme = await readFile(join(HOME, 'README.md'), 'utf8');
const commands = fenced('sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line !== '' && !NOT_RUN.includes(line));

let root = '';
let demo = '';

function fenced(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');
}

/** What it prints; throws with everything where it does not end with 0. */
async function run(command: string): Promise<string> {
  // A root of its own for commands that name none.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MARKETS_ROOT: root };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], {
    cwd: HOME,
    env,
    maxBuffer: 64 * 1024 * 1024,
    timeout: TIMEOUT_MS,
  });
  return stdout;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'markets-readme-'));
  demo = await run(DEMO);
}, TIMEOUT_MS);
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

test('the README names commands to run', () => {
  expect(commands).toContain(DEMO);
  expect(commands.length).toBeGreaterThan(8);
});

test.each(commands.filter((command) => command !== DEMO))('%s', async (command) => {
  expect((await run(command)).length).toBeGreaterThan(0);
});

test('what the README shows of the demo is what it prints', () => {
  const printed = new Set(demo.split('\n').map((line) => line.trimEnd()));
  const shown = fenced('text')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.trim() !== '' && line.trim() !== '...');
  expect(shown.length).toBeGreaterThan(30);
  expect(shown.filter((line) => !printed.has(line))).toEqual([]);
});

test('every file and folder that the README names is there', async () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '');
  for (const link of links) await expect(promisify(execFile)('test', ['-e', join(HOME, link)]), link).resolves.toBeDefined();
});
