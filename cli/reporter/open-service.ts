/** The reporter of the command line: adapters and limits chosen by the global options and the configuration, and the service in front of it. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { loadReporterConfig } from '../../reporter/config/load-reporter-config.ts';
import type { ReporterConfig } from '../../reporter/config/reporter-config.ts';
import { createEventReaders } from '../../reporter/event/event-readers.ts';
import { openReporter, type Reporter } from '../../reporter/open-reporter.ts';
import type { PipelineSign } from '../../reporter/pipeline/pipeline-parts.ts';
import { warehouseReferences } from '../../reporter/reference/warehouse-references.ts';
import { readReply } from '../../reporter/replies/read-reply.ts';
import { destinationFigures } from '../../reporter/service/figures/destination-figures.ts';
import { pipelineFigures } from '../../reporter/service/figures/pipeline-figures.ts';
import { stateFigures } from '../../reporter/service/figures/state-figures.ts';
import { startService, type Service } from '../../reporter/service/start-service.ts';
import type { Intakes } from '../../reporter/service/intakes/start-intakes.ts';
import { createSubmitter } from '../../reporter/submit/create-submitter.ts';
import type { SubmitObservation } from '../../reporter/submit/submit-observation.ts';
import type { CommandContext } from '../framework/command.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openStore } from '../lane/open-store.ts';
import { openWarehouse } from '../lane/open-warehouse.ts';
import { newWriter } from '../streaming/new-writer.ts';
import { SYSTEM_TIME } from '../streaming/system-time.ts';
import { openIntakes } from './open-intakes.ts';
import { logObservation, logSign, toldTo } from './told-to.ts';
import { configuredRegimes, reportedSources } from './reported-sources.ts';

export interface OpenService {
  readonly port: number;
  readonly instance: string;
  readonly sources: readonly string[];
  readonly regimes: readonly string[];
  readonly reporter: Reporter;
  readonly service: Service;
  /** Takes nothing new, ends what can be ended in the time of the configuration, and closes the ledger. */
  close(): Promise<void>;
}

type Context = Pick<CommandContext, 'settings' | 'environment'>;

/** CONFIG_INVALID, REGIME_..., SPEC_... and SECRET_... before anything is taken. `failed`: the ledger cannot be written, and this process has to end. */
export async function openService(context: Context, logger: Logger, failed: (error: MarketsError) => void): Promise<OpenService> {
  const { settings, environment } = context;
  const config = await loadReporterConfig(settings.config, settings.env);
  const secrets = openSecrets(await loadLaneConfig(settings.config, settings.env), environment);
  const specs = await requireSpecs(settings.specs);
  const regimes = await configuredRegimes(config, environment.home, specs);
  const sources = reportedSources(config, regimes, specs);
  const readers = createEventReaders(specs, sources, new Date(SYSTEM_TIME.nowMs()).toISOString().replace('Z', '000Z'));
  const store = await openStore(settings);
  const instance = newWriter();
  const [told, observed] = [toldTo<PipelineSign>(), toldTo<SubmitObservation>()];
  const submitter = await createSubmitter({
    ...{ destinations: config.destinations, secrets, readReply, time: SYSTEM_TIME, random: Math.random, store },
    observe: observed.tell,
  });
  const reporter = await openReporter({
    ...{ store, instance, time: SYSTEM_TIME, regimes, readers, submitter },
    references: warehouseReferences(async () => await openWarehouse(settings)),
    limits: { eventsMax: config.pipeline.queue_events_max, sentAtOnce: config.pipeline.events_at_once },
    referenceLimits: referenceLimits(config),
    heartbeatSeconds: config.ledger.heartbeat_seconds,
    ledger: {
      anchorSeconds: config.ledger.anchor_seconds,
      gatherMs: { file: config.ledger.folder_gather_ms, objects: config.ledger.bucket_gather_ms },
      limits: { waitingEntriesMax: config.ledger.queue_entries_max },
    },
    observe: told.tell,
    onFailure: failed,
  });
  const ofPipeline = pipelineFigures(
    () => reporter.pipeline.state(),
    () => SYSTEM_TIME.nowMs(),
  );
  const ofDestinations = destinationFigures(() => submitter.destinations());
  const ofState = stateFigures(
    () => reporter.ledger.state(),
    () => reporter.reference.state(),
  );
  told.to((sign) => {
    ofPipeline.observe(sign);
    logSign(logger, sign);
  });
  observed.to((observation) => {
    ofDestinations.observe(observation);
    logObservation(logger, observation);
  });
  return await serve({
    config,
    reporter,
    context,
    specs,
    readers,
    logger,
    instance,
    regimes,
    sources,
    figures: [ofPipeline, ofDestinations, ofState],
  });
}

interface Served {
  readonly config: ReporterConfig;
  readonly reporter: Reporter;
  readonly context: Context;
  readonly specs: readonly SourceSpec[];
  readonly readers: Parameters<typeof startService>[0]['readers'];
  readonly logger: Logger;
  readonly instance: string;
  readonly regimes: readonly { readonly name: string }[];
  readonly sources: readonly string[];
  readonly figures: Parameters<typeof startService>[0]['figures'];
}

async function serve({
  config,
  reporter,
  context,
  specs,
  readers,
  logger,
  instance,
  regimes,
  sources,
  figures,
}: Served): Promise<OpenService> {
  const drainMs = config.pipeline.drain_seconds * 1000;
  const intakes: { open: { readonly intakes: Intakes; close(): Promise<void> } | null } = { open: null };
  try {
    const service = await startService({
      ...{ config, readers, pipeline: reporter, ledger: reporter.ledger, time: SYSTEM_TIME, logger, figures },
      probes: {
        unhealthy: () => (reporter.ledger.state().failure === null ? [] : ['ledger: LEDGER_FAILED']),
        unready: () => [...unreadyParts(reporter), ...(intakes.open?.intakes.failing() ?? [])],
      },
    });
    intakes.open = await openIntakes(context, config, { service, specs, instance, logger });
    return {
      ...{ port: service.port, instance, reporter, service, sources, regimes: regimes.map(({ name }) => name) },
      async close() {
        service.drain();
        await intakes.open?.close();
        await service.close(drainMs);
        await reporter.close(drainMs);
      },
    };
  } catch (error) {
    await reporter.close(0);
    throw error;
  }
}

/** Stale reference data serve on: they are an alarm of the metrics, not a reason to take no events. Without any nothing could be reported. */
function unreadyParts({ ledger, reference }: Reporter): readonly string[] {
  const isBlind = reference.state().loaded_at === null;
  return [
    ...(ledger.state().failure === null ? [] : ['ledger: LEDGER_FAILED']),
    ...(isBlind ? [`reference: ${reference.state().failing ?? 'loading'}`] : []),
  ];
}

function referenceLimits({ reference }: ReporterConfig): { refreshMs: number; staleMs: number; versionsMax: number } {
  const { refresh_seconds, stale_seconds_max, entries_max } = reference;
  return { refreshMs: refresh_seconds * 1000, staleMs: stale_seconds_max * 1000, versionsMax: entries_max };
}
