import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDbtWorker } from './dbt-process.ts';

/** Stands in for Python: a shell that answers as the worker does, or not. */
const GREETING = `echo '{"id":0,"success":true,"exception":null,"results":[],"duration_ms":0}'`;
const request = { folder: '/', digest: '1', arguments: [] };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbt-process-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function shell(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

describe('the dbt process', () => {
  it('is killed when it does not answer in time, and the next request starts another', async () => {
    const python = await shell(
      'silent',
      GREETING,
      'read line',
      `[ -e ${folder}/second ] || { touch ${folder}/second; sleep 60; }`,
      `echo '{"id":2,"success":true,"exception":null,"results":[],"duration_ms":1}'`,
      'sleep 60',
    );
    const worker = createDbtWorker({ python, timeoutMs: 300 });
    await expect(worker.run(request)).rejects.toMatchObject({ code: 'DBT_WORKER', retryable: true });
    expect(await worker.run(request)).toMatchObject({ success: true });
    await worker.close();
  });

  it('tells what dbt printed last when it dies', async () => {
    const python = await shell('dying', GREETING, 'read line', 'echo "out of luck" >&2', 'exit 3');
    const worker = createDbtWorker({ python });
    await expect(worker.run(request)).rejects.toMatchObject({ code: 'DBT_WORKER', next: expect.stringContaining('out of luck') as string });
    await worker.close();
  });

  it('does not trust an answer to another request', async () => {
    const python = await shell('confused', GREETING, 'read line', `echo '{"id":7,"success":true,"results":[]}'`, 'sleep 60');
    const worker = createDbtWorker({ python });
    await expect(worker.run(request)).rejects.toMatchObject({ code: 'DBT_WORKER', found: 'an answer to request 7 instead of 1' });
    await worker.close();
  });

  it('says so when there is no Python', async () => {
    const worker = createDbtWorker({ python: join(folder, 'none') });
    await expect(worker.run(request)).rejects.toMatchObject({ code: 'DBT_WORKER', found: expect.stringContaining('ENOENT') as string });
    await worker.close();
  });
});
