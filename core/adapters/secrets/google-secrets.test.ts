/** Against a server of this process that speaks the documented REST API; there is no emulator, and Google's own service is not asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { crc32c } from '../../identity/crc32c.ts';
import { CONTRACT_SECRETS, secretsContract } from '../../ports/secrets.contract.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { createGoogleSecrets } from './google-secrets.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function secretsBehind(answer: Answer): Promise<Secrets> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return createGoogleSecrets({
    project: 'markets-int',
    endpoint: `http://127.0.0.1:${String(port)}`,
    token: async () => await Promise.resolve('a-token'),
    sleep: async () => await Promise.resolve(),
  });
}

/** An error as the API prints it. */
function refuse(response: ServerResponse, code: number, status: string): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code, status, message: status } }));
}

function give(response: ServerResponse, value: Buffer, checksum = String(crc32c(value))): void {
  const document = {
    name: 'projects/1/secrets/x/versions/3',
    payload: { data: value.toString('base64'), dataCrc32c: checksum },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

const service: Answer = (request, response) => {
  if (request.headers.authorization !== 'Bearer a-token') {
    refuse(response, 401, 'UNAUTHENTICATED');
    return;
  }
  const name = /^\/v1\/projects\/markets-int\/secrets\/([a-z0-9-]+)\/versions\/latest:access$/.exec(request.url ?? '')?.[1] ?? '';
  const value = CONTRACT_SECRETS[name];
  if (value === undefined) refuse(response, 404, 'NOT_FOUND');
  else give(response, Buffer.from(value));
};

secretsContract('secrets of Secret Manager', async () => await secretsBehind(service));

describe('Secret Manager', () => {
  it.each([
    [403, 'PERMISSION_DENIED', 'SECRET_REFUSED', 1],
    [401, 'UNAUTHENTICATED', 'SECRET_REFUSED', 1],
    [400, 'FAILED_PRECONDITION', 'SECRET_MISSING', 1],
    [429, 'RESOURCE_EXHAUSTED', 'SECRET_UNAVAILABLE', 4],
    [503, 'UNAVAILABLE', 'SECRET_UNAVAILABLE', 4],
  ])('status %i %s is %s after %i calls', async (code, status, expected, calls) => {
    let count = 0;
    const secrets = await secretsBehind((_request, response) => {
      count += 1;
      refuse(response, code, status);
    });
    await expect(secrets.read('partner-key')).rejects.toMatchObject({ code: expected });
    expect(count).toBe(calls);
  });

  it('is asked again when it breaks off, and gives the value then', async () => {
    let count = 0;
    const secrets = await secretsBehind((request, response) => {
      count += 1;
      if (count === 1) request.socket.destroy();
      else if (count === 2) refuse(response, 503, 'UNAVAILABLE');
      else give(response, Buffer.from('value'));
    });
    expect((await secrets.read('partner-key')).reveal()).toBe('value');
  });

  it('does not believe a value with another checksum, or none', async () => {
    for (const checksum of ['1', '']) {
      const secrets = await secretsBehind((_request, response) => give(response, Buffer.from('value'), checksum));
      await expect(secrets.read('partner-key')).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' });
    }
  });

  it('does not read an answer without end', async () => {
    const secrets = await secretsBehind((_request, response) => {
      response.writeHead(200).end('x'.repeat(1_000_000));
    });
    await expect(secrets.read('partner-key')).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  });
});
