import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { readFaults } from './regulator-options.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const BODY = '{"trn":"A1","instrument_isin":"DE0007164600"}';
const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

interface Started {
  readonly url: string;
  /** SIGTERM, and what it printed. */
  stop(): Promise<{ readonly code: number | null; readonly out: string }>;
}

async function start(...words: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, '--json', 'simulate', 'regulator', '--port', '0', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  const [line] = (await once(createInterface(child.stderr), 'line')) as [string];
  const { message, url } = JSON.parse(line) as { readonly message: string; readonly url: string };
  expect(message).toBe('regulator_listening');
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return { code, out };
    },
  };
}

async function post(url: string): Promise<number> {
  const digest = createHash('sha256').update(BODY).digest('base64');
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'A1-NEWT', 'content-digest': `sha-256=:${digest}:` };
  const answer = await request(`${url}/transactions`, { method: 'POST', headers, body: BODY });
  await answer.body.dump();
  return answer.statusCode;
}

it('a regulator is started, takes a report, keeps its books over a restart and ends by a signal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regulator-'));
  folders.push(folder);
  const words = ['--journal', join(folder, 'books.jsonl'), '--unknown-instrument', 'DE0007164600'];
  const first = await start(...words);
  expect(await post(first.url)).toBe(200);
  const { code, out } = await first.stop();
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ data: { rejected: 1, accepted: 0, posts: 1 } });

  const second = await start('--journal', join(folder, 'books.jsonl'));
  const books = await request(`${second.url}/books`);
  expect(JSON.parse(await books.body.text())).toMatchObject({ trn: 'A1', action: 'NEWT', state: 'RJCT', codes: ['CON-412'] });
  expect(await post(second.url)).toBe(200);
  expect(await post(second.url)).toBe(409);
  expect(JSON.parse((await second.stop()).out)).toMatchObject({ data: { rejected: 0, accepted: 1, duplicates: 1 } });
});

it('shares of faults are read for all kinds together or one by one, and refused where they make no sense', () => {
  const even = readFaults('26%');
  expect(even['reset_after']).toBeCloseTo(0.02);
  expect(Object.values(even).reduce((sum, share) => sum + share, 0)).toBeCloseTo(0.26);
  expect(readFaults('reset_after=5%,delay=0.1')).toEqual({ reset_after: 0.05, delay: 0.1 });
  expect(readFaults(undefined)).toEqual({});
  for (const text of ['', '120%', 'much', 'reset=5%', 'delay=60%,pending=60%', 'delay=']) {
    expect(() => readFaults(text)).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
  }
});
