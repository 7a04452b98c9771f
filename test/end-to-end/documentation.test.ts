/** What the documentation names is there: packages, files, commands. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands/index.ts';
import { HOME } from '../support/command-line.ts';

const names = (await readdir(join(HOME, 'docs'), { recursive: true })).filter((name) => name.endsWith('.md'));
const pages = await Promise.all(
  ['README.md', 'cli/demo/samples/README.md', ...names.map((name) => `docs/${name}`)].map(async (path) => ({
    path,
    text: await readFile(join(HOME, path), 'utf8'),
  })),
);

test('every package has its reason', async () => {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Readonly<Record<string, string>>
  >;
  const page = pages.find(({ path }) => path === 'docs/dependencies.md')?.text ?? '';
  const unexplained = [...Object.keys(dependencies), ...Object.keys(devDependencies)].filter((name) => !page.includes(`\`${name}\``));
  expect(unexplained).toEqual([]);
});

test('every link leads to something', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !existsSync(join(HOME, dirname(path), link)))
      .map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every command that is named exists', () => {
  const known = new Set(COMMANDS.map(({ name }) => name));
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:`|bin\/|^ {4})markets (?:--attention-ok |--[a-z]+ \S+ )*([a-z][a-z-]+)/gm)].map((match) => ({
      path,
      word: match[1] ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ word }) => !known.has(word))).toEqual([]);
});
