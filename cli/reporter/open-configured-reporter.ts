/** A reporter as the global options and the configuration want it: its adapters, limits and sources. What serves, and what replays. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { loadReporterConfig } from '../../reporter/config/load-reporter-config.ts';
import type { ReporterConfig } from '../../reporter/config/reporter-config.ts';
import { createEventReaders, type EventReaders } from '../../reporter/event/event-readers.ts';
import { openReporter, type Reporter } from '../../reporter/open-reporter.ts';
import type { PipelineSign } from '../../reporter/pipeline/pipeline-parts.ts';
import { warehouseReferences } from '../../reporter/reference/warehouse-references.ts';
import type { Regime } from '../../reporter/regime/regime.ts';
import { readReply } from '../../reporter/replies/read-reply.ts';
import { createSubmitter, type HttpSubmitter } from '../../reporter/submit/create-submitter.ts';
import type { SubmitObservation } from '../../reporter/submit/submit-observation.ts';
import type { CommandContext } from '../framework/command.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openStore } from '../lane/open-store.ts';
import { openWarehouse } from '../lane/open-warehouse.ts';
import { newWriter } from '../streaming/new-writer.ts';
import { configuredRegimes, reportedSources } from './reported-sources.ts';
import { toldTo } from './told-to.ts';

export type ReporterContext = Pick<CommandContext, 'settings' | 'environment'>;

/** What is decided before anything is opened. */
export interface ReporterPlan {
  readonly config: ReporterConfig;
  readonly specs: readonly SourceSpec[];
  readonly regimes: readonly Regime[];
  readonly sources: readonly string[];
  readonly readers: EventReaders;
}

export interface ConfiguredReporter extends ReporterPlan {
  readonly instance: string;
  readonly reporter: Reporter;
  readonly submitter: HttpSubmitter;
  readonly told: ReturnType<typeof toldTo<PipelineSign>>;
  readonly observed: ReturnType<typeof toldTo<SubmitObservation>>;
}

/** CONFIG_INVALID, REGIME_... and SPEC_... for what does not fit together. */
export async function planReporter({ settings, environment }: ReporterContext): Promise<ReporterPlan> {
  const config = await loadReporterConfig(settings.config, settings.env);
  const specs = await requireSpecs(settings.specs);
  const regimes = await configuredRegimes(config, environment.home, specs);
  const sources = reportedSources(config, regimes, specs);
  const readers = createEventReaders(specs, sources, new Date(SYSTEM_TIME.nowMs()).toISOString().replace('Z', '000Z'));
  return { config, specs, regimes, sources, readers };
}

/** As planReporter, and SECRET_... `failed`: the ledger cannot be written any more. */
export async function openConfiguredReporter(context: ReporterContext, failed: (error: MarketsError) => void): Promise<ConfiguredReporter> {
  const { settings, environment } = context;
  const plan = await planReporter(context);
  const { config, regimes, readers } = plan;
  const secrets = openSecrets(await loadLaneConfig(settings.config, settings.env), environment);
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
  return { ...plan, instance, reporter, submitter, told, observed };
}

function referenceLimits({ reference }: ReporterConfig): { refreshMs: number; staleMs: number; versionsMax: number } {
  const { refresh_seconds, stale_seconds_max, entries_max } = reference;
  return { refreshMs: refresh_seconds * 1000, staleMs: stale_seconds_max * 1000, versionsMax: entries_max };
}
