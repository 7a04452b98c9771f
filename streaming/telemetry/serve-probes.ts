/**
 * What a program of lane 2 tells whoever watches over it: GET /metrics for Prometheus, /healthz for whether it lives, /readyz for whether it does its
 * work. Answers of the probes name sources and codes, never values.
 */
import { createServer, type Server } from 'node:http';
import type { Logger } from '../../core/telemetry/logger.ts';

export interface Probes {
  metrics(): Promise<string>;
  readonly contentType: string;
  /** What is wrong that a restart may mend; [] for nothing. */
  unhealthy(): readonly string[];
  /** What keeps it from its work; [] for nothing. */
  unready(): readonly string[];
}

export interface ProbeServer {
  /** null where the port was taken: that costs the metrics, not the work. */
  readonly port: number | null;
  close(): Promise<void>;
}

export async function serveProbes(
  probes: Probes,
  { host, port }: { readonly host: string; readonly port: number },
  logger: Logger,
): Promise<ProbeServer> {
  const server = createServer((incoming, answer) => {
    const send = (status: number, type: string, text: string): void => {
      answer.writeHead(status, { 'content-type': type }).end(text);
    };
    const probe = (faults: readonly string[]): void =>
      send(faults.length === 0 ? 200 : 503, 'text/plain', `${['ok', ...faults].slice(faults.length === 0 ? 0 : 1).join('\n')}\n`);
    if (incoming.method !== 'GET') send(405, 'text/plain', '');
    else if (incoming.url === '/healthz') probe(probes.unhealthy());
    else if (incoming.url === '/readyz') probe(probes.unready());
    else if (incoming.url === '/metrics') {
      probes.metrics().then(
        (text) => send(200, probes.contentType, text),
        () => send(500, 'text/plain', ''),
      );
    } else send(404, 'text/plain', '');
  });
  const isListening = await listening(server, host, port);
  if (!isListening) logger.log('warn', 'metrics_not_served', { port });
  const address = server.address();
  return {
    port: isListening && typeof address === 'object' ? (address?.port ?? null) : null,
    async close() {
      server.closeAllConnections();
      if (isListening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function listening(server: Server, host: string, port: number): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
}
