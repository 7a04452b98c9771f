/** The bridge of the command line: adapters and limits chosen by the global options and the configuration. */
import type { Logger } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { bridgeLimits } from '../../streaming/bridge/bridge-limits.ts';
import type { BridgeParts } from '../../streaming/bridge/bridge-options.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';
import type { CommandContext } from '../framework/command.ts';
import { openStore } from '../lane/open-store.ts';
import { bridgedStreams } from './bridged-streams.ts';
import { createTopics } from './create-topics.ts';
import { newWriter } from './new-writer.ts';
import { openAll } from './open-all.ts';
import { openBus } from './open-bus.ts';
import { openConfiguredLog } from './open-configured-log.ts';

export interface OpenBridge {
  readonly parts: BridgeParts;
  readonly specs: readonly StreamSpec[];
  /** Where metrics and probes are served. */
  readonly probesAt: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

/** CONFIG_INVALID for a wrong configuration, and what bridgedStreams throws of the specs. What it opened is closed again where the topics cannot be made. */
export async function openBridge(context: CommandContext, logger: Logger): Promise<OpenBridge> {
  const { settings, input } = context;
  const specs = await bridgedStreams(settings.specs, input.list('source'));
  const store = await openStore(settings);
  return await openAll(async (closing) => {
    const { config, log } = await openConfiguredLog(context);
    closing(async () => await log.close());
    const bus = await openBus(config, settings.root);
    closing(async () => await bus.close());
    await createTopics(config, log, bus, specs);
    const limits = bridgeLimits(config);
    return {
      specs,
      probesAt: config.metrics,
      parts: { log, bus, store, time: SYSTEM_TIME, logger, limits, writer: newWriter(), group: config.bridge.group },
    };
  });
}
