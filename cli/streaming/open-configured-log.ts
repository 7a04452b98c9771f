/** The message log that the configuration of the called environment names, with that configuration. */
import type { MessageLog } from '../../core/ports/message-log.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import { loadStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import type { CommandContext } from '../framework/command.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openLog } from './open-log.ts';

export interface ConfiguredLog {
  readonly log: MessageLog;
  readonly config: StreamingConfig;
}

export async function openConfiguredLog({
  settings,
  environment,
}: Pick<CommandContext, 'settings' | 'environment'>): Promise<ConfiguredLog> {
  const config = await loadStreamingConfig(settings.config, settings.env);
  const secrets = openSecrets(await loadLaneConfig(settings.config, settings.env), environment);
  return { config, log: await openLog(config, settings.root, secrets) };
}
