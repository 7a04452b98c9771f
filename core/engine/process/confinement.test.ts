import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probe } from '../test-support/probe-child.ts';
import { forkConfined } from './confinement.ts';

const DENIED = 'ERR_ACCESS_DENIED';
let folder: string;
let child: ChildProcess;

function ask(probe: Probe): Promise<string> {
  return new Promise((resolve) => {
    child.once('message', (answer: string) => {
      resolve(answer);
    });
    child.send(probe);
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'confinement-'));
  for (const name of ['in', 'out', 'other', 'lent']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'in', 'data'), 'a');
  writeFileSync(join(folder, 'other', 'data'), 'a');
  const folders = { input: join(folder, 'in'), output: join(folder, 'out'), cache: join(folder, 'lent') };
  child = forkConfined(new URL('../test-support/probe-child.ts', import.meta.url), folders);
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('a confined process', () => {
  it('reads its input and writes and reads its output', async () => {
    expect(await ask({ attempt: 'read', path: join(folder, 'in', 'data') })).toBe('allowed');
    expect(await ask({ attempt: 'write', path: join(folder, 'out', 'x') })).toBe('allowed');
    expect(await ask({ attempt: 'read', path: join(folder, 'out', 'x') })).toBe('allowed');
  });

  it('writes the compile cache that it was lent, and does not reach it by another name', async () => {
    expect(await ask({ attempt: 'write', path: join(folder, 'lent', 'x') })).toBe('allowed');
    renameSync(join(folder, 'lent'), join(folder, 'free'));
    expect(await ask({ attempt: 'read', path: join(folder, 'free', 'x') })).toBe(DENIED);
    expect(await ask({ attempt: 'write', path: join(folder, 'free', 'x') })).toBe(DENIED);
    expect(await ask({ attempt: 'write', path: join(folder, 'lent', '..', 'free', 'x') })).toBe(DENIED);
    expect(await ask({ attempt: 'link', path: join(folder, 'lent') })).not.toBe('allowed');
  });

  it.each(['/etc/passwd', '/proc/self/environ'])('cannot read %s', async (path) => {
    expect(await ask({ attempt: 'read', path })).toBe(DENIED);
  });

  it('cannot read or write another folder, its input included', async () => {
    expect(await ask({ attempt: 'read', path: join(folder, 'other', 'data') })).toBe(DENIED);
    expect(await ask({ attempt: 'read', path: join(folder, 'in', '..', 'other', 'data') })).toBe(DENIED);
    for (const name of ['other/x', 'in/x', 'x']) {
      expect(await ask({ attempt: 'write', path: join(folder, name) })).toBe(DENIED);
    }
  });

  it('cannot make a link out of its folders', async () => {
    expect(await ask({ attempt: 'link', path: join(folder, 'out', 'link') })).toBe(DENIED);
  });

  it('has threads that may read what it may read, and no more', async () => {
    expect(await ask({ attempt: 'thread', path: join(folder, 'in', 'data') })).toBe('allowed');
    expect(await ask({ attempt: 'thread', path: join(folder, 'other', 'data') })).toBe(DENIED);
    expect(await ask({ attempt: 'thread', path: '/etc/passwd' })).toBe(DENIED);
  });

  it('cannot start a process, nor load an add-on', async () => {
    expect(await ask({ attempt: 'spawn' })).toBe(DENIED);
    expect(await ask({ attempt: 'addon' })).toBe('ERR_DLOPEN_DISABLED');
  });

  it('has nothing in its environment but how memory is handed out and where its compile cache is', async () => {
    const names = (await ask({ attempt: 'environment' })).split(',');
    expect(names.filter((name) => !name.startsWith('MALLOC_'))).toEqual(['NODE_COMPILE_CACHE']);
  });
});
