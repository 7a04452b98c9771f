/** What a long-running command tells whoever watches over it: GET /metrics for Prometheus, GET /healthz for probes. */
import { createServer, type Server } from 'node:http';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { LaneConfig, LaneRuntime } from '../../orchestrator/index.ts';

/** A taken port costs the metrics, not the work. */
export async function serveMetrics(lane: LaneRuntime, { host, port }: LaneConfig['metrics'], logger: Logger): Promise<Server> {
  const server = createServer((incoming, answer) => {
    if (incoming.method === 'GET' && incoming.url === '/healthz') {
      answer.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
      return;
    }
    if (incoming.method !== 'GET' || incoming.url !== '/metrics') {
      answer.writeHead(404).end();
      return;
    }
    void lane.metrics.text().then((text) => answer.writeHead(200, { 'content-type': lane.metrics.contentType }).end(text));
  });
  await new Promise<void>((resolve) => {
    server.once('error', (error) => {
      logger.log('warn', 'metrics_not_served', { port, message: error.message });
      resolve();
    });
    server.listen(port, host, () => resolve());
  });
  return server;
}
