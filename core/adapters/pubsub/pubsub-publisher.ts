/** Publishes to one topic in batches. A request that fails in passing is sent again for `publishMs` by the client; then the messages of it are refused. */
import type { PubSub, Topic } from '@google-cloud/pubsub';
import { MarketsError } from '../../errors/markets-error.ts';
import { attributesFault } from '../../ports/bus-attributes.ts';
import type { BusPublisher, PublisherOptions } from '../../ports/message-bus.ts';
import type { PubsubTimes } from './pubsub-message-bus.ts';
import { pubsubError } from './pubsub-error.ts';

const BATCH_MESSAGES_MAX = 1000;
/** The service takes 10 MB a request. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const BATCH_MS = 10;
/** gRPC: cancelled, unknown, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const PASSING = [1, 2, 4, 8, 10, 13, 14];
/** Out of range, which no publish is answered with: the client takes an empty list to mean that all are tried again, and without a list another time limit holds. */
const NO_ANSWER = [11];
/** Of a request that is not sent again: as long as the service's own clients wait at most. A shorter one would refuse what a busy service takes all the same. */
const ONCE_MS = 60_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

/** STREAM_TOPIC_MISSING where there is no such topic. */
export async function openPubsubPublisher(
  client: PubSub,
  name: string,
  times: PubsubTimes,
  { triesOnce = false }: PublisherOptions = {},
): Promise<BusPublisher> {
  const topic = client.topic(name, publishOptions(times, triesOnce));
  await requireTopic(topic, name);
  const stopped = new Set<string>();
  const underWay = new Set<Promise<unknown>>();
  const flush = async (): Promise<void> => {
    await topic.flush();
    await Promise.allSettled(underWay);
  };
  return {
    async publish({ data, attributes, orderingKey }) {
      const fault = attributesFault(attributes);
      if (fault !== null) throw fault;
      if (orderingKey !== null && stopped.has(orderingKey)) throw keyStopped(name);
      const sent = topic.publishMessage({
        data: Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        attributes: { ...attributes },
        ...(orderingKey === null ? {} : { orderingKey }),
      });
      underWay.add(sent);
      try {
        return await sent;
      } catch (error) {
        if (orderingKey !== null) stopped.add(orderingKey);
        throw pubsubError(error, `Messages cannot be published to ${name}.`);
      } finally {
        underWay.delete(sent);
      }
    },
    flush,
    resume(orderingKey) {
      stopped.delete(orderingKey);
      topic.resumePublishing(orderingKey);
    },
    close: flush,
  };
}

function publishOptions({ publishMs, requestMs }: PubsubTimes, triesOnce: boolean): NonNullable<Parameters<PubSub['topic']>[1]> {
  const rpcMs = triesOnce ? Math.max(requestMs, ONCE_MS) : requestMs;
  return {
    messageOrdering: true,
    batching: { maxMessages: BATCH_MESSAGES_MAX, maxBytes: BATCH_BYTES_MAX, maxMilliseconds: BATCH_MS },
    gaxOpts: {
      retry: {
        retryCodes: triesOnce ? NO_ANSWER : PASSING,
        backoffSettings: {
          initialRetryDelayMillis: RETRY_MS_MIN,
          retryDelayMultiplier: 2,
          maxRetryDelayMillis: RETRY_MS_MAX,
          initialRpcTimeoutMillis: rpcMs,
          rpcTimeoutMultiplier: 1,
          maxRpcTimeoutMillis: rpcMs,
          totalTimeoutMillis: publishMs,
        },
      },
    },
  };
}

async function requireTopic(topic: Topic, name: string): Promise<void> {
  const [isThere] = await topic.exists().catch((error: unknown) => {
    throw pubsubError(error, `The topic ${name} cannot be looked up.`);
  });
  if (isThere) return;
  throw new MarketsError('STREAM_TOPIC_MISSING', `There is no topic ${name}.`, {
    next: 'Have Terraform make it, or look at streaming.bus.project of the configuration.',
  });
}

function keyStopped(topic: string): MarketsError {
  return new MarketsError('STREAM_UNAVAILABLE', 'An earlier message of this ordering key was not accepted.', {
    expected: 'resume of the key before the next message',
    found: `a message for ${topic} behind one that failed`,
  });
}
