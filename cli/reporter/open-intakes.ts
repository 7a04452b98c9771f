/** The bus and the log, where sources of reporter.intake are read from them; made topics and subscriptions only where the configuration says so. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import type { ReporterConfig } from '../../reporter/config/reporter-config.ts';
import { startIntakes, type Intakes } from '../../reporter/service/intakes/start-intakes.ts';
import type { Service } from '../../reporter/service/start-service.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';
import type { CommandContext } from '../framework/command.ts';
import { createTopics } from '../streaming/create-topics.ts';
import { openBus } from '../streaming/open-bus.ts';
import { openConfiguredLog } from '../streaming/open-configured-log.ts';

export interface OpenIntakes {
  readonly intakes: Intakes;
  close(): Promise<void>;
}

interface Parts {
  readonly service: Service;
  readonly specs: readonly SourceSpec[];
  readonly instance: string;
  readonly logger: Logger;
}

/** null where no source comes by the bus or the log. */
export async function openIntakes(
  context: Pick<CommandContext, 'settings' | 'environment'>,
  { intake }: ReporterConfig,
  { service, specs, instance, logger }: Parts,
): Promise<OpenIntakes | null> {
  const names = [...intake.pull.sources, ...intake.kafka.sources];
  if (names.length === 0) return null;
  const streams = names.map((name) => streamOf(specs, name));
  const { config, log } = await openConfiguredLog(context);
  const bus = await openBus(config, context.settings.root);
  await createTopics(config, log, bus, streams);
  if (config.create_topics) {
    for (const { name, stream } of streams) {
      if (intake.pull.sources.includes(name))
        await bus.createSubscription(`${stream.pubsub_topic}-${intake.pull.suffix}`, stream.pubsub_topic);
    }
  }
  const intakes = startIntakes({ service, config: intake, specs: streams, bus, log, instance, time: SYSTEM_TIME, logger });
  return {
    intakes,
    async close() {
      await intakes.close();
      await bus.close();
      await log.close();
    },
  };
}

function streamOf(specs: readonly SourceSpec[], name: string): StreamSpec {
  const spec = specs.find((each) => each.name === name);
  if (spec !== undefined && spec.source.type === 'stream' && isStream(spec)) return spec;
  throw new MarketsError('CONFIG_INVALID', 'A source of reporter.intake is no stream.', {
    expected: 'the name of a source with source.type stream',
    found: name,
  });
}

function isStream(spec: SourceSpec): spec is StreamSpec {
  return spec.stream !== null;
}
