/**
 * Publishes to one topic in batches, each of one ordering key or of none. Of a key one request is under way at a time, of messages without one several. A request that
 * fails in passing is sent again for `publishMs`; then its messages are refused, and of a key all that wait behind them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Topic } from '@google-cloud/pubsub';
import { MarketsError } from '../../errors/markets-error.ts';
import { attributesFault } from '../../ports/bus-attributes.ts';
import type { BusPublisher, NewBusMessage, PublisherOptions } from '../../ports/message-bus.ts';
import { PublishBatch } from './publish-batch.ts';
import type { PublishRequests } from './publish-requests.ts';
import { grpcCode, pubsubError } from './pubsub-error.ts';
import type { PubsubTimes } from './pubsub-message-bus.ts';

/** A message waits for others for so long at most while requests may be sent. */
const BATCH_MS = 10;
/** Under way at a time; what goes beyond waits in its batches, which the caller bounds by what it publishes without an answer. */
const REQUESTS_MAX = 64;
/** gRPC: cancelled, unknown, deadline exceeded, resource exhausted, aborted, internal, unavailable. */
const PASSING = new Set([1, 2, 4, 8, 10, 13, 14]);
/** Of a request that is not sent again: as long as the service's own clients wait at most. A shorter one would refuse what a busy service takes all the same. */
const ONCE_MS = 60_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

/** STREAM_TOPIC_MISSING where there is no such topic. */
export async function openPubsubPublisher(
  topic: Topic,
  name: string,
  requests: PublishRequests,
  times: PubsubTimes,
  { triesOnce = false }: PublisherOptions = {},
): Promise<BusPublisher> {
  await requireTopic(topic, name);
  return new PubsubPublisher(topic.name, name, requests, times, triesOnce);
}

/** Messages of one ordering key, or those without one. */
class KeyQueue {
  readonly key: string | null;
  readonly batches: PublishBatch[] = [];
  requests = 0;

  constructor(key: string | null) {
    this.key = key;
  }
}

class PubsubPublisher implements BusPublisher {
  private readonly path: string;
  private readonly name: string;
  private readonly requests: PublishRequests;
  private readonly times: PubsubTimes;
  private readonly triesOnce: boolean;
  /** Those that have messages. */
  private readonly queues = new Map<string | null, KeyQueue>();
  private readonly stopped = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(path: string, name: string, requests: PublishRequests, times: PubsubTimes, triesOnce: boolean) {
    this.path = path;
    this.name = name;
    this.requests = requests;
    this.times = times;
    this.triesOnce = triesOnce;
  }

  publish(message: NewBusMessage): Promise<string> {
    const { attributes, orderingKey } = message;
    const fault = attributesFault(attributes);
    if (fault !== null) return Promise.reject(fault);
    if (orderingKey !== null && this.stopped.has(orderingKey)) return Promise.reject(keyStopped(this.name));
    return new Promise((resolve, reject) => this.add(message, { resolve, reject }));
  }

  async flush(): Promise<void> {
    while (this.queues.size > 0) {
      this.sendWaiting();
      await Promise.all(this.underWay);
    }
  }

  resume(orderingKey: string): void {
    this.stopped.delete(orderingKey);
  }

  async close(): Promise<void> {
    await this.flush();
  }

  private add(message: NewBusMessage, waiting: { resolve: (id: string) => void; reject: (error: Error) => void }): void {
    const { orderingKey } = message;
    let queue = this.queues.get(orderingKey);
    if (queue === undefined) {
      queue = new KeyQueue(orderingKey);
      this.queues.set(orderingKey, queue);
    }
    let batch = queue.batches.at(-1);
    if (batch === undefined || batch.isFull || !batch.hasRoomFor(message)) {
      if (batch !== undefined) batch.isDue = true;
      batch = new PublishBatch(this.path);
      queue.batches.push(batch);
    }
    batch.add(message, waiting);
    if (batch.isFull) this.sendDue(queue);
    this.timer ??= setTimeout(() => this.sendWaiting(), BATCH_MS);
  }

  private sendWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const queue of this.queues.values()) {
      const last = queue.batches.at(-1);
      if (last !== undefined) last.isDue = true;
      this.sendDue(queue);
    }
  }

  private sendDue(queue: KeyQueue): void {
    for (let [batch] = queue.batches; batch !== undefined && (batch.isDue || batch.isFull); [batch] = queue.batches) {
      if (this.underWay.size >= REQUESTS_MAX || (queue.key !== null && queue.requests > 0)) return;
      queue.batches.shift();
      queue.requests += 1;
      const sent: Promise<void> = this.send(queue, batch).then(() => this.ended(queue, sent));
      this.underWay.add(sent);
    }
  }

  private ended(queue: KeyQueue, sent: Promise<void>): void {
    const wasFull = this.underWay.size >= REQUESTS_MAX;
    this.underWay.delete(sent);
    queue.requests -= 1;
    this.sendDue(queue);
    if (queue.requests === 0 && queue.batches.length === 0) this.queues.delete(queue.key);
    if (wasFull) for (const other of this.queues.values()) this.sendDue(other);
  }

  private async send(queue: KeyQueue, batch: PublishBatch): Promise<void> {
    try {
      const ids = await this.deliver(batch.body);
      batch.waiting.forEach(({ resolve }, index) => resolve(ids[index] ?? ''));
    } catch (error) {
      const fault = pubsubError(error, `Messages cannot be published to ${this.name}.`);
      for (const { reject } of batch.waiting) reject(fault);
      if (queue.key !== null) this.stop(queue, queue.key);
    }
  }

  /** What waits behind a message that was refused is refused as well: it must not pass it. */
  private stop(queue: KeyQueue, key: string): void {
    this.stopped.add(key);
    const fault = keyStopped(this.name);
    for (const { waiting } of queue.batches.splice(0)) for (const { reject } of waiting) reject(fault);
  }

  private async deliver(body: Buffer): Promise<readonly string[]> {
    const { requestMs, publishMs } = this.times;
    if (this.triesOnce) return await this.requests.send(this.path, body, Math.max(requestMs, ONCE_MS));
    const untilMs = performance.now() + publishMs;
    for (let pauseMs = RETRY_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
      try {
        return await this.requests.send(this.path, body, requestMs);
      } catch (error) {
        if (!PASSING.has(grpcCode(error)) || performance.now() + pauseMs > untilMs) throw error;
        await wait(pauseMs);
      }
    }
  }
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
