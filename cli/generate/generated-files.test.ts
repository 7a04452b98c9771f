import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedFiles } from './generated-files.ts';

const home = join(import.meta.dirname, '..', '..');

it.each(generatedFiles().map(({ path, text }) => [path, text] as const))('%s is what the code gives', async (path, text) => {
  expect((await readFile(join(home, path), 'utf8')) === text, 'run `markets generate`').toBe(true);
});
