/** GET /healthz, /readyz and /metrics: open to whoever reaches the service; they name parts and codes, never values. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ServiceMetrics } from '../figures/service-metrics.ts';

export interface Probes {
  /** What is wrong that a restart may mend; [] for nothing. */
  unhealthy(): readonly string[];
  /** What keeps it from its work; [] for nothing. */
  unready(): readonly string[];
}

export function addProbeRoutes(app: FastifyInstance, probes: Probes, metrics: ServiceMetrics): void {
  const answer = async (reply: FastifyReply, faults: readonly string[]): Promise<void> => {
    const lines = faults.length === 0 ? ['ok'] : faults;
    await reply
      .code(faults.length === 0 ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(`${lines.join('\n')}\n`);
  };
  app.get('/healthz', async (_request, reply) => await answer(reply, probes.unhealthy()));
  app.get('/readyz', async (_request, reply) => await answer(reply, probes.unready()));
  app.get('/metrics', async (_request, reply) => {
    await reply
      .code(200)
      .type(metrics.contentType)
      .send(await metrics.text());
  });
}
