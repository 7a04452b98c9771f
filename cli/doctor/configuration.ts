/** Whether the configuration of the environment can be read. */
import { join } from 'node:path';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { loadLaneConfig } from '../../orchestrator/config/load-config.ts';
import { loadStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { Settings } from '../framework/settings.ts';
import { bad, good, type Check } from './check.ts';

export async function configuration({ config, env }: Pick<Settings, 'config' | 'env'>): Promise<Check> {
  const expected = 'a configuration without a problem';
  const file = join(config, `${env}.yaml`);
  try {
    await loadLaneConfig(config, env);
    await loadStreamingConfig(config, env);
    return good('configuration', file, expected);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    const { place, expected: wanted } = error;
    const line = place?.line === undefined ? '' : `:${String(place.line)}`;
    return bad('configuration', `${file}${line}: ${error.message}`, wanted ?? expected, 'mend it, or choose another --env or --config');
  }
}
