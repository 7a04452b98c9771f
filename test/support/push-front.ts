/**
 * Between a Pub/Sub emulator and a service that is pushed to: adds the identity token that Pub/Sub signs and the emulator does not, leads to the port that the
 * service has at the moment, and remembers what was answered as done.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PushFrontOptions {
  /** 0 while the service is not there. */
  readonly port: () => number;
  readonly token: () => Promise<string>;
  /** Of a message, for `answered`. */
  readonly nameOf: (data: Uint8Array) => string;
}

export interface PushFront {
  readonly url: string;
  /** Messages that the service answered with a status of success. */
  readonly answered: ReadonlySet<string>;
  /** Calls that it answered with 401. */
  readonly refused: number;
  close(): Promise<void>;
}

/** The first calls come as a stranger's would. */
const WITHOUT_TOKEN = 5;

export async function startPushFront({ port, token, nameOf }: PushFrontOptions): Promise<PushFront> {
  const answered = new Set<string>();
  let [calls, refused] = [0, 0];
  const forward = async (request: IncomingMessage): Promise<number> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    calls += 1;
    const authorization = calls > WITHOUT_TOKEN ? { authorization: `Bearer ${await token()}` } : {};
    const headers = { 'content-type': 'application/json', ...authorization };
    const response = await fetch(`http://127.0.0.1:${String(port())}${request.url ?? '/'}`, { method: 'POST', body, headers });
    await response.arrayBuffer();
    if (response.status === 401) refused += 1;
    if (response.ok) answered.add(nameOf(messageIn(body)));
    return response.status;
  };
  const server = createServer((request, response) => {
    forward(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    answered,
    get refused() {
      return refused;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function messageIn(body: Buffer): Buffer {
  const { message } = JSON.parse(body.toString('utf8')) as { readonly message: { readonly data: string } };
  return Buffer.from(message.data, 'base64');
}
