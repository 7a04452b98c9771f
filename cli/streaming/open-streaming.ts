/** What a program of lane 2 is started with: its configuration, the log and the bus that it names. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { loadStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import type { CommandContext } from '../framework/command.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openBus } from './open-bus.ts';
import { openLog } from './open-log.ts';

type Chosen = Pick<CommandContext, 'settings' | 'environment'>;

export async function streamingConfig({ settings }: Pick<CommandContext, 'settings'>): Promise<StreamingConfig> {
  return await loadStreamingConfig(settings.config, settings.env);
}

export async function openConfiguredLog({ settings, environment }: Chosen, config: StreamingConfig): Promise<MessageLog> {
  return await openLog(config, settings.root, openSecrets(await loadLaneConfig(settings.config, settings.env), environment));
}

export async function openConfiguredBus({ settings }: Chosen, config: StreamingConfig): Promise<MessageBus> {
  return await openBus(config, settings.root);
}
