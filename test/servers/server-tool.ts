/**
 * What tests start: a program that scripts/install-servers.sh brings, or that is on the machine. A suite that needs one that cannot be had
 * is reported as skipped, by name; with CI=true it fails instead. Nothing stands in for it.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';
import { HOME } from '../support/command-line.ts';

export interface ServerTool {
  /** As its description is called: scripts/servers/<name>.sh. */
  readonly name: string;
  /** What has to be on the machine before it can be installed, for the message of a skipped suite. */
  readonly needs: string;
  /** The program, or undefined where it cannot be had. */
  find(): string | undefined;
}

/** A program below .tools/servers/<name>. */
export function installedProgram(name: string, ...path: readonly string[]): string | undefined {
  const program = join(HOME, '.tools', 'servers', name, ...path);
  return existsSync(program) ? program : undefined;
}

/** A program of this machine: on PATH, or in one of the folders that hold what only root starts. */
export function programOnPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((program) => existsSync(program));
}

/** A suite that needs these tools: `describe`, or the same suite skipped by name, or (with CI=true) one that fails. */
export function serverOrSkip(tools: ServerTool | readonly ServerTool[], title: string, suite: () => void): void {
  const wanted: readonly ServerTool[] = 'needs' in tools ? [tools] : tools;
  const missing = wanted.filter((tool) => tool.find() === undefined);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = missing.map((tool) => `${tool.name}, which needs ${tool.needs}`).join(' and ');
  if (process.env['CI'] !== 'true') {
    describe.skip(`${title} (skipped for want of ${reason})`, suite);
    return;
  }
  describe(title, () => {
    test('has the servers that it needs', () => {
      throw new Error(`expected what scripts/install-servers.sh brings, found no ${reason}`);
    });
  });
}

/** The program of a tool, for a suite that serverOrSkip let through. */
export function programOf(tool: ServerTool): string {
  const program = tool.find();
  if (program === undefined) throw new Error(`expected ${tool.name} (scripts/install-servers.sh ${tool.name}), found none`);
  return program;
}
