/** The reporter of the command line: adapters and limits chosen by the global options and the configuration, and the service in front of it. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import type { ReporterConfig } from '../../reporter/config/reporter-config.ts';
import type { Reporter } from '../../reporter/open-reporter.ts';
import { destinationFigures } from '../../reporter/service/figures/destination-figures.ts';
import { pipelineFigures } from '../../reporter/service/figures/pipeline-figures.ts';
import { stateFigures } from '../../reporter/service/figures/state-figures.ts';
import { startService, type Service } from '../../reporter/service/start-service.ts';
import type { Intakes } from '../../reporter/service/intakes/start-intakes.ts';
import type { CommandContext } from '../framework/command.ts';
import { openIntakes } from './open-intakes.ts';
import { watchReference } from './log-troubles.ts';
import { openConfiguredReporter } from './open-configured-reporter.ts';
import { logObservation, logSign } from './told-to.ts';

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
  const opened = await openConfiguredReporter(context, failed);
  const { config, specs, regimes, sources, readers, instance, told, observed, submitter, reporter } = opened;
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
    const watch = watchReference(logger, () => reporter.reference.state());
    return {
      ...{ port: service.port, instance, reporter, service, sources, regimes: regimes.map(({ name }) => name) },
      async close() {
        watch.stop();
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
