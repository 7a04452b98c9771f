/** `markets generate`: what is committed and follows from the code. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from '../framework/command.ts';
import { generatedFiles } from '../generate/generated-files.ts';

export const command: Command = {
  name: 'generate',
  summary: 'Write what is committed and follows from the code: schemas and reference pages',
  description:
    'Writes the JSON Schemas, the compiled check of specs and the reference pages into the project. With --check nothing is ' +
    'written. Exit status 0: all up to date; 2: --check found files that are out of date.',
  arguments: [],
  options: [{ flags: '--check', description: 'write nothing; fail when a file is out of date' }],
  examples: [
    { line: 'markets generate', says: 'write what has changed' },
    { line: 'markets generate --check', says: 'what continuous integration runs' },
  ],
  run: async ({ input, environment }) => {
    const isCheck = input.flag('check');
    const changed: string[] = [];
    for (const { path, text } of generatedFiles()) {
      const target = join(environment.home, path);
      if ((await textOf(target)) === text) {
        continue;
      }
      changed.push(path);
      if (!isCheck) {
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, text);
      }
    }
    return {
      exitCode: isCheck && changed.length > 0 ? 2 : 0,
      data: { checked_only: isCheck, changed },
      render: () => render(isCheck, changed),
    };
  },
};

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function render(isCheck: boolean, changed: readonly string[]): string {
  if (changed.length === 0) {
    return 'everything is up to date';
  }
  const list = changed.map((path) => `  ${path}`).join('\n');
  return isCheck ? `out of date (write them with \`markets generate\`):\n${list}` : `written:\n${list}`;
}
