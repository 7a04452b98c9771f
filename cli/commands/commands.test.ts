import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Command } from '../framework/command.ts';
import { COMMANDS } from './index.ts';

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Packages that take long to load and that the light commands must do without. */
const HEAVY = ['@duckdb/node-api', 'prom-client', 'winston'];
const LIGHT = [['--help'], ['validate', '--help'], ['validate-specs', '--help'], ['doctor', '--help']];

test.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
  '%s has its name and summary in the table and an example in its help',
  async (name, entry) => {
    const { command } = await entry.load();
    expect([command.name, command.summary]).toEqual([name, entry.summary]);
    const commands: readonly Command[] = 'commands' in command ? command.commands : [command];
    for (const each of commands) {
      expect(each.examples.length).toBeGreaterThan(0);
      for (const example of each.examples) expect(example.line).toMatch(/^(\w+=\S+ )?markets /);
    }
  },
);

test.each(LIGHT.filter(([word]) => word === '--help' || COMMANDS.some((entry) => entry.name === word)))(
  '`markets %s` loads none of the heavy packages',
  async (...argv) => {
    const watcher = `import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) {
      if (${JSON.stringify(HEAVY)}.some((name) => url.includes('/node_modules/' + name + '/'))) throw new Error('loaded ' + url);
      return next(url, context); } });`;
    const hook = `data:text/javascript,${encodeURIComponent(watcher)}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', hook, join(home, 'cli/main.ts'), ...argv]);
    expect(stdout).toContain('Usage: markets');
  },
);
