/**
 * Node runs the TypeScript as it is, so what tsc accepts and Node refuses (an enum, an import without its ending) would
 * only show when a program starts. Every product file is loaded, and every program started, with plain node.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HOME = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function productFiles(): string[] {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], { cwd: HOME, encoding: 'utf8' });
  return tracked
    .split('\n')
    .filter((file) => /^(core|cli|orchestrator|streaming|reporter)\//.test(file))
    .filter((file) => !/\.(test|contract)\.ts$|\.d\.ts$|\/test-support\//.test(file));
}

/** What starts working when it is loaded: programs, workers, children. */
function isProgram(file: string): boolean {
  return /(^|\/)(main|child|worker|[a-z-]+-(child|worker))\.ts$/.test(file);
}

function node(args: readonly string[]): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, args, { cwd: HOME, encoding: 'utf8', timeout: 60_000, input: '' });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

describe('plain node', () => {
  it('loads every file of the product', () => {
    const modules = productFiles().filter((file) => !isProgram(file));
    expect(modules.length).toBeGreaterThan(50);
    const script = `for (const file of ${JSON.stringify(modules)}) await import(${JSON.stringify(`${HOME}/`)} + file);`;
    const { status, output } = node(['--input-type=module', '--eval', script]);
    expect(status, output).toBe(0);
  });

  const programs = productFiles().filter(isProgram);
  it('knows the programs', () => {
    expect(programs).toContain('cli/main.ts');
    expect(programs).toContain('core/engine/process/child.ts');
  });

  it.each(programs)('starts %s, which ends by itself without an error of the language', (file) => {
    const result = node([join(HOME, file), '--help']);
    expect(result.output).not.toMatch(/SyntaxError|ERR_UNSUPPORTED_TYPESCRIPT|ERR_MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION/);
    expect(result.status).not.toBeNull();
  });
});

describe('bin/markets', () => {
  it.each([
    ['v20.20.2', 'found v20.20.2'],
    [null, 'found none'],
  ])('says what is wrong with the Node of the path (%s)', (version, found) => {
    const home = mkdtempSync(join(tmpdir(), 'markets-launcher-'));
    try {
      for (const folder of ['bin', 'path', 'node_modules']) mkdirSync(join(home, folder));
      copyFileSync(join(HOME, 'bin', 'markets'), join(home, 'bin', 'markets'));
      if (version !== null) writeFileSync(join(home, 'path', 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
      const { status, stderr } = spawnSync('/bin/sh', [join(home, 'bin', 'markets'), '--help'], {
        encoding: 'utf8',
        env: { PATH: join(home, 'path') },
      });
      expect({ status, stderr }).toEqual({ status: 70, stderr: `markets: expected Node >= 24, ${found}; run 'make install' in ${home}\n` });
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('starts from any folder and through a symbolic link', () => {
    const folder = mkdtempSync(join(tmpdir(), 'markets-launcher-'));
    try {
      const link = join(folder, 'markets');
      symlinkSync(join(HOME, 'bin', 'markets'), link);
      expect(execFileSync(link, ['--help'], { cwd: folder, encoding: 'utf8' })).toContain('validate');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
