/** The service of lane 3: what comes by HTTP, from the bus and from the log becomes events of the pipeline; probes and figures beside it. */
import type { AddressInfo } from 'node:net';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { Time } from '../../core/time/time.ts';
import type { ReporterConfig } from '../config/reporter-config.ts';
import type { EventReaders } from '../event/event-readers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Refusal } from './http/answers.ts';
import { openServer } from './http/open-server.ts';
import { createReceiver, type Receiver } from './receive.ts';
import { RefusalAccount } from './refusal-account.ts';
import type { ReportingPipeline } from './reporting-pipeline.ts';
import { addAdminRoutes } from './routes/admin-routes.ts';
import { createCallers } from './routes/callers.ts';
import { addEventsRoute, addPushRoute, type MessageRoutesParts } from './routes/message-routes.ts';
import { addProbeRoutes, type Probes } from './routes/probe-routes.ts';
import { ServiceMetrics, type PartFigures } from './figures/service-metrics.ts';

/** How often what was turned away becomes entries of the ledger. */
const REFUSALS_WRITTEN_MS = 10_000;

export interface ServiceParts {
  readonly config: Pick<ReporterConfig, 'service' | 'intake' | 'pipeline'>;
  readonly readers: EventReaders;
  readonly pipeline: ReportingPipeline;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly time: Time;
  readonly logger: Logger;
  readonly figures: readonly PartFigures[];
  /** Of the other parts. */
  readonly probes: Probes;
}

export interface Service {
  readonly port: number;
  /** What the bus and the log hand their messages to. */
  readonly receiver: Receiver;
  readonly refusals: RefusalAccount;
  /** From now on nothing new is taken, and /readyz says so. */
  drain(): void;
  /** Answers what is under way within `withinMs`, then closes every connection, and writes down what was turned away. */
  close(withinMs: number): Promise<void>;
}

/** Rejects with the error of the address where it cannot listen. */
export async function startService(parts: ServiceParts): Promise<Service> {
  const { config, time, logger, pipeline, ledger } = parts;
  const { service, intake } = config;
  const refusals = new RefusalAccount(ledger);
  const messageBytesMax = service.message_bytes_max;
  const receiver = createReceiver({ readers: parts.readers, pipeline, time, messageBytesMax, logger });
  const metrics = new ServiceMetrics({ received: receiver.counts, refused: refusals.totals }, parts.figures);
  let isDraining = false;
  const app = openServer(service, {
    refused: (code) => refusals.add(code),
    failed: (error) => logger.log('error', 'request_failed', { kind: error instanceof Error ? error.name : 'unknown' }),
    answered: (route, status, milliseconds) => metrics.answered(route, status, milliseconds),
  });
  const refused = ({ code }: Refusal): void => refusals.add(code);
  const retryAfterSeconds = config.pipeline.retry_after_seconds;
  const messages: MessageRoutesParts = { receiver, isDraining: () => isDraining, retryAfterSeconds, refused };
  if (intake.push.access !== 'off') addPushRoute(app, createCallers(intake.push, time, refused), messages);
  if (intake.events.access !== 'off') addEventsRoute(app, createCallers(intake.events, time, refused), messages);
  if (intake.admin.access !== 'off') addAdminRoutes(app, createCallers(intake.admin, time, refused), { pipeline, refused });
  const unready = (): readonly string[] => [...(isDraining ? ['draining'] : []), ...parts.probes.unready()];
  addProbeRoutes(app, { unhealthy: () => parts.probes.unhealthy(), unready }, metrics);
  await app.listen({ host: service.host, port: service.port });
  const stopWriting = new AbortController();
  const writing = writeRefusals(refusals, time, stopWriting.signal);
  return {
    port: (app.server.address() as AddressInfo).port,
    receiver,
    refusals,
    drain() {
      isDraining = true;
    },
    async close(withinMs) {
      isDraining = true;
      stopWriting.abort();
      await closeWithin(app, withinMs);
      await writing;
      await refusals.write();
    },
  };
}

async function closeWithin(app: ReturnType<typeof openServer>, withinMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), withinMs);
  await app.close();
  clearTimeout(timer);
}

async function writeRefusals(refusals: RefusalAccount, time: Time, signal: AbortSignal): Promise<void> {
  for (;;) {
    await time.wait(REFUSALS_WRITTEN_MS, signal);
    if (signal.aborted) return;
    await refusals.write();
  }
}
