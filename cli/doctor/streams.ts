/** Whether the brokers answer, and the topics of the loaded stream specs are there. */
import { isMarketsError, type MarketsError } from '../../core/errors/markets-error.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { loadLaneConfig } from '../../orchestrator/config/load-config.ts';
import { loadStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';
import type { Environment } from '../framework/environment.ts';
import type { Settings } from '../framework/settings.ts';
import { openSecrets } from '../lane/open-secrets.ts';
import { openBus } from '../streaming/open-bus.ts';
import { openLog } from '../streaming/open-log.ts';
import { bad, good, type Check } from './check.ts';

/** Somebody waits for the answer. */
const PATIENCE = { unavailableSeconds: 10 };

type StreamSettings = Pick<Settings, 'root' | 'env' | 'config' | 'specs'>;

interface Topics {
  readonly log: readonly string[];
  readonly bus: readonly string[];
}

/** None for the embedded bus, nor for a configuration or specs that are wrong, which are checks of their own. */
export async function streams(settings: StreamSettings, environment: Environment): Promise<readonly Check[]> {
  const config = await orNull(loadStreamingConfig(settings.config, settings.env));
  if (config === null || (config.log.kind === 'embedded' && config.bus.kind === 'embedded')) return [];
  const topics = await topicsOf(settings.specs);
  if (topics === null) return [];
  const [log, bus] = await Promise.all([
    config.log.kind === 'embedded' ? [] : logTopics(config, settings, environment, topics.log),
    config.bus.kind === 'embedded' ? [] : busTopics(config, settings, topics.bus),
  ]);
  return [...log, ...bus];
}

async function topicsOf(folder: string): Promise<Topics | null> {
  const specs = await orNull(requireSpecs(folder));
  if (specs === null) return null;
  const streaming = specs.flatMap((spec) =>
    spec.enabled && spec.stream !== null ? [{ type: spec.source.type, stream: spec.stream }] : [],
  );
  const published = streaming.filter(({ type }) => type === 'stream').map(({ stream }) => stream);
  return {
    log: [...new Set(streaming.map(({ stream }) => stream.kafka_topic))],
    bus: [...new Set(published.flatMap((stream) => [stream.pubsub_topic, stream.dead_letter_topic]))],
  };
}

async function logTopics(
  config: StreamingConfig,
  settings: StreamSettings,
  environment: Environment,
  topics: readonly string[],
): Promise<readonly Check[]> {
  const name = `brokers ${config.log.brokers.join(', ')}`;
  try {
    const secrets = openSecrets(await loadLaneConfig(settings.config, settings.env), environment);
    const log = await openLog(config, settings.root, secrets, PATIENCE);
    try {
      return await each(
        name,
        topics,
        (topic) => `Kafka topic ${topic}`,
        async (topic) => await log.partitions(topic),
      );
    } finally {
      await log.close();
    }
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    return [bad(name, found(error), 'can be asked', error.next ?? NEXT)];
  }
}

async function busTopics(config: StreamingConfig, settings: StreamSettings, topics: readonly string[]): Promise<readonly Check[]> {
  const bus = await openBus(config, settings.root);
  try {
    return await each(
      bus.description,
      topics,
      (topic) => `Pub/Sub topic ${topic}`,
      async (topic) => await bus.publisher(topic),
    );
  } finally {
    await bus.close();
  }
}

/** A topic that is missing is a check of its own; where nobody answers, or not to us, there is one check of that. */
async function each(
  service: string,
  topics: readonly string[],
  nameOf: (topic: string) => string,
  look: (topic: string) => Promise<unknown>,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const topic of topics) {
    try {
      await look(topic);
      checks.push(good(nameOf(topic), 'is there', 'is there'));
    } catch (error) {
      if (!isMarketsError(error)) throw error;
      if (error.code !== 'STREAM_TOPIC_MISSING') return [...checks, bad(service, found(error), 'can be asked', error.next ?? NEXT)];
      checks.push(bad(nameOf(topic), 'is not there', 'is there', error.next ?? NEXT));
    }
  }
  return checks;
}

const NEXT = 'see docs/reference/errors.md';

function found(error: MarketsError): string {
  return error.found === undefined ? error.code : `${error.code}: ${error.found}`;
}

async function orNull<T>(loading: Promise<T>): Promise<T | null> {
  return await loading.catch((error: unknown) => {
    if (isMarketsError(error)) return null;
    throw error;
  });
}
