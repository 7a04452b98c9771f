/** Reads the block `streaming:` of config/<env>.yaml, fills the defaults in and refuses what is not known, with its place. The rest is lane 1's. */
import { configBlock, type BlockProblem } from '../../core/configuration/config-block.ts';
import { STREAMING_CONFIG_SCHEMA, type StreamingConfig } from './streaming-config.ts';

const block = configBlock('streaming', STREAMING_CONFIG_SCHEMA, problemOf);

/** `folder` is the project's config folder. CONFIG_INVALID for a file that is missing or a block that is wrong. */
export async function loadStreamingConfig(folder: string, environment: string): Promise<StreamingConfig> {
  return await block.load(folder, environment);
}

/** What stands where a configuration says nothing: everything embedded. */
export function defaultStreamingConfig(): StreamingConfig {
  return parseStreamingConfig('', 'defaults');
}

export function parseStreamingConfig(text: string, file: string): StreamingConfig {
  return block.parse(text, file);
}

/** What the schema cannot say: which keys go together. */
function problemOf({ log, bus, bridge }: StreamingConfig): BlockProblem | null {
  if (log.kind === 'kafka' && log.brokers.length === 0) {
    return {
      path: ['log', 'kind'],
      message: 'streaming.log.brokers is missing.',
      expected: 'HOST:PORT of a broker where streaming.log.kind is kafka',
    };
  }
  if (bus.kind === 'pubsub' && bus.project === null) {
    return {
      path: ['bus', 'kind'],
      message: 'streaming.bus.project is missing.',
      expected: 'the id of a project where streaming.bus.kind is pubsub',
    };
  }
  if ((log.tls.client_certificate === null) !== (log.tls.client_key === null)) {
    return {
      path: ['log', 'tls'],
      message: 'streaming.log.tls has one half of a client certificate.',
      expected: 'client_certificate and client_key, or neither',
    };
  }
  if (log.sasl.mechanism !== 'none' && (log.sasl.username === null || log.sasl.password === null)) {
    return {
      path: ['log', 'sasl'],
      message: 'streaming.log.sasl has no username or password.',
      expected: 'both where there is a mechanism',
    };
  }
  if (bridge.low_mark_messages > bridge.high_mark_messages || bridge.low_mark_bytes > bridge.high_mark_bytes) {
    return {
      path: ['bridge'],
      message: 'A low mark of streaming.bridge is above its high mark.',
      expected: 'low marks up to the high marks',
    };
  }
  return null;
}
