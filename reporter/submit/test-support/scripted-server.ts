/** An HTTP server that answers as it is told, call by call; the last word is repeated. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `reset`: the connection is broken off when the request was read. */
export type ScriptedAnswer =
  'reset' | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface ScriptedServer {
  readonly url: string;
  readonly calls: readonly ScriptedCall[];
  close(): Promise<void>;
}

export async function startScriptedServer(
  script: readonly ScriptedAnswer[] | ((call: ScriptedCall) => ScriptedAnswer),
): Promise<ScriptedServer> {
  const calls: ScriptedCall[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const call = { method, url, headers, body: Buffer.concat(parts).toString('utf8') };
      calls.push(call);
      const answer = typeof script === 'function' ? script(call) : (script[calls.length - 1] ?? script.at(-1));
      if (answer === 'reset' || answer === undefined) return void request.socket.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      return void response.end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
