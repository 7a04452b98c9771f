/** The command line as a user calls it: the launcher, in a process of its own, with nothing of this process's surroundings but PATH. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HOME = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface CommandLineResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function markets(words: readonly string[], workingFolder: string = HOME): Promise<CommandLineResult> {
  const child = spawn(join(HOME, 'bin', 'markets'), words, {
    cwd: workingFolder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: process.env['TMPDIR'] ?? '/tmp' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
}

/** With --json: the exit status and the `data` of the document. */
export async function marketsJson(words: readonly string[], workingFolder?: string): Promise<{ exitCode: number | null; data: unknown }> {
  const { exitCode, stdout, stderr } = await markets(['--json', ...words], workingFolder);
  try {
    return { exitCode, data: (JSON.parse(stdout) as { data: unknown }).data };
  } catch (cause) {
    throw new Error(`expected one JSON document from markets ${words.join(' ')}, found: ${stdout.slice(0, 500)} ${stderr.slice(0, 2000)}`, {
      cause,
    });
  }
}
