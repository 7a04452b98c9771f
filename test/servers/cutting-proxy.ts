/** A TCP proxy of this process that cuts connections: what a bad line does. */
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** Each of the next connections is cut when so many bytes went from client to server; those after them are left alone. */
  cutAfter(...bytes: readonly number[]): void;
  /** Connections stay open and nothing goes through any more, until `flow`. */
  stall(): void;
  flow(): void;
  /** Cuts those that are open. */
  cutConnections(): void;
  /** How many connections were made. */
  connections(): number;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: { readonly host: string; readonly port: number }): Promise<CuttingProxy> {
  const cuts: number[] = [];
  const sockets = new Set<Socket>();
  let isStalled = false;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const limit = cuts.shift() ?? Infinity;
    const upstream = connect({ ...target, noDelay: true });
    let passed = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (isStalled) return;
      passed += chunk.length;
      if (passed <= limit) upstream.write(chunk);
      else client.destroy();
    });
    upstream.on('data', (chunk: Buffer) => {
      if (!isStalled) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (...bytes) => void cuts.push(...bytes),
    stall: () => {
      isStalled = true;
    },
    flow: () => {
      isStalled = false;
    },
    cutConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
