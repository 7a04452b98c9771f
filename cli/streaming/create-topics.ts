/** Topics and subscriptions of streams, where no Terraform makes them. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import type { SourceSpec, Stream } from '../../core/spec/source-spec.ts';
import type { StreamingConfig } from '../../streaming/config/streaming-config.ts';

type Topics = Pick<SourceSpec, 'source'> & { readonly stream: Pick<Stream, 'kafka_topic' | 'pubsub_topic' | 'dead_letter_topic'> };

/** Nothing with streaming.create_topics false. A subscription that is made later misses what was published before: so whoever comes first makes all of them. */
export async function createTopics(config: StreamingConfig, log: MessageLog, bus: MessageBus, specs: readonly Topics[]): Promise<void> {
  if (!config.create_topics) return;
  for (const { source, stream } of specs) {
    await log.createTopic(stream.kafka_topic, config.topic_partitions);
    if (source.type === 'stream') await createBusTopics(config, bus, [stream.pubsub_topic, stream.dead_letter_topic]);
  }
}

/** Each with the subscription `<topic>-sink`. */
export async function createBusTopics(config: StreamingConfig, bus: MessageBus, topics: readonly string[]): Promise<void> {
  if (!config.create_topics) return;
  for (const topic of topics) {
    await bus.createTopic(topic);
    await bus.createSubscription(`${topic}-sink`, topic);
  }
}

/** Of sources that candles are made of. */
export async function createCandleTopics(
  config: StreamingConfig,
  log: MessageLog,
  bus: MessageBus,
  sources: readonly { readonly stream: Pick<Stream, 'kafka_topic' | 'pubsub_topic'> }[],
): Promise<void> {
  if (!config.create_topics) return;
  for (const { stream } of sources) {
    await log.createTopic(stream.kafka_topic, config.topic_partitions);
    await bus.createTopic(`${stream.pubsub_topic}-candles`);
  }
}
