/** Reads the block `streaming:` of config/<env>.yaml, fills the defaults in and refuses what is not known, with its place. The rest is lane 1's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { parsePlacedYaml, type PlacedYaml } from '../../core/configuration/yaml-place.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { STREAMING_CONFIG_SCHEMA, type StreamingConfig } from './streaming-config.ts';

const check = new Ajv({ useDefaults: true, allErrors: false, strict: false }).compile<StreamingConfig>(STREAMING_CONFIG_SCHEMA);
const BLOCK = 'streaming';

/** `folder` is the project's config folder. CONFIG_INVALID for a file that is missing or a block that is wrong. */
export async function loadStreamingConfig(folder: string, environment: string): Promise<StreamingConfig> {
  const file = join(folder, `${environment}.yaml`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MarketsError('CONFIG_INVALID', 'The configuration cannot be read.', { cause, place: { file } });
  }
  return parseStreamingConfig(text, file);
}

/** What stands where a configuration says nothing: everything embedded. */
export function defaultStreamingConfig(): StreamingConfig {
  return parseStreamingConfig('', 'defaults');
}

export function parseStreamingConfig(text: string, file: string): StreamingConfig {
  const yaml = parsePlacedYaml(text, file);
  const whole = yaml.data;
  const block: unknown = (isObject(whole) ? whole[BLOCK] : undefined) ?? {};
  if (!check(block)) throw refused(yaml, check.errors?.[0]);
  const problem = problemOf(block);
  if (problem === null) return block;
  throw new MarketsError('CONFIG_INVALID', problem.message, { expected: problem.expected, place: yaml.place([BLOCK, ...problem.path]) });
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
  readonly expected: string;
}

/** What the schema cannot say: which keys go together. */
function problemOf({ log, bus, bridge }: StreamingConfig): Problem | null {
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

function refused(yaml: PlacedYaml, error: ErrorObject | undefined): MarketsError {
  const path = (error?.instancePath ?? '').split('/').slice(1);
  const params: Readonly<Record<string, unknown>> = error?.params ?? {};
  const unknown = params['additionalProperty'];
  const whole = [BLOCK, ...path, ...(typeof unknown === 'string' ? [unknown] : [])];
  const message = typeof unknown === 'string' ? `${whole.join('.')} is not a key of the configuration.` : `${whole.join('.')} is wrong.`;
  return new MarketsError('CONFIG_INVALID', message, {
    expected: typeof unknown === 'string' ? 'a key of config/local.yaml' : (error?.message ?? 'a valid value'),
    place: yaml.place(whole),
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
