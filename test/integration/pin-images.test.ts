/** Digests of base images, asked of a real registry; and of one that wants a token first, as Docker Hub does. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRANE } from '../servers/deployment-checks.ts';
import { freePort } from '../servers/free-port.ts';
import { isListening, startServer, type RunningServer } from '../servers/server-process.ts';
import { programOf, serverOrSkip } from '../servers/server-tool.ts';
import { HOME } from '../support/command-line.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, manifests: [] });
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`;

async function pinImages(...words: readonly string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(HOME, 'scripts/pin-images.ts'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return await new Promise((resolve) => {
    child.on('close', (status) => {
      resolve({ status, output });
    });
  });
}

serverOrSkip(CRANE, 'the digests of base images', () => {
  let folder = '';
  let registry: RunningServer;
  let front: Server;
  let address = '';
  let frontAddress = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'markets-pin-'));
    const port = await freePort();
    address = `127.0.0.1:${String(port)}`;
    registry = await startServer({
      name: 'registry',
      program: programOf(CRANE),
      words: ['registry', 'serve', '--address', address],
      isReady: async () => await isListening(port),
    });
    const put = await fetch(`http://${address}/v2/base/node/manifests/24.0.0-slim`, {
      method: 'PUT',
      headers: { 'content-type': MANIFEST_TYPE },
      body: MANIFEST,
    });
    expect(put.status).toBe(201);
    // Lets nobody in without a token, which it gives to anybody, for one repository.
    front = createServer((request, response) => {
      if (request.url?.startsWith('/token') === true) {
        response.end(JSON.stringify({ token: new URL(request.url, 'http://front').searchParams.get('scope') }));
      } else if (request.headers.authorization !== 'Bearer repository:base/node:pull') {
        const challenge = `Bearer realm="http://${frontAddress}/token",service="front",scope="repository:base/node:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else {
        void fetch(`http://${address}${request.url ?? ''}`, { headers: { accept: request.headers.accept ?? '' } }).then(async (answer) => {
          response.writeHead(answer.status, { 'content-type': MANIFEST_TYPE }).end(await answer.text());
        });
      }
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', () => resolve()));
    frontAddress = `127.0.0.1:${String((front.address() as AddressInfo).port)}`;
  });
  afterAll(async () => {
    front.close();
    await registry.stop();
    rmSync(folder, { recursive: true });
  });

  function dockerfile(...lines: readonly string[]): string {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  test('are written behind their tags, and looked up anew', async () => {
    const file = dockerfile(`FROM ${address}/base/node:24.0.0-slim AS build`, 'RUN true', `FROM ${address}/base/node:24.0.0-slim AS last`);
    expect((await pinImages('--check', file)).status).toBe(2);
    const { status, output } = await pinImages(file);
    expect(status, output).toBe(0);
    const pinned = `FROM ${address}/base/node:24.0.0-slim@${DIGEST}`;
    expect(readFileSync(file, 'utf8')).toBe(`${pinned} AS build\nRUN true\n${pinned} AS last\n`);
    expect((await pinImages('--check', file)).status).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(DIGEST, `sha256:${'0'.repeat(64)}`));
    await pinImages(file);
    expect(readFileSync(file, 'utf8')).toContain(`${pinned} AS last`);
  });

  test('come from a registry that wants a token', async () => {
    const file = dockerfile(`FROM ${frontAddress}/base/node:24.0.0-slim AS build`);
    const { status, output } = await pinImages(file);
    expect(status, output).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(`@${DIGEST}`);
  });

  test('are not written, none of them, where one was not found', async () => {
    const file = dockerfile(`FROM ${address}/base/node:24.0.0-slim AS build`, `FROM ${address}/base/python:3.11.0-slim AS last`);
    const before = readFileSync(file, 'utf8');
    const { status, output } = await pinImages(file);
    expect(status).toBe(2);
    expect(output).toContain('base/python:3.11.0-slim');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
