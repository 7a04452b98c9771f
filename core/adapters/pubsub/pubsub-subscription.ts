/**
 * Messages of one subscription. No more is held than was allowed; deadlines are extended while a message is worked on, for EXTENSION_MINUTES_MAX at most.
 * A stream that breaks off is opened again with growing waits, for as long as it takes; only missing rights or a missing subscription end it.
 */
import { Duration, SubscriptionCloseBehaviors, type Message, type PubSub, type Subscription } from '@google-cloud/pubsub';
import { MarketsError } from '../../errors/markets-error.ts';
import type { BusMessage, BusSubscription, SubscriptionLimits } from '../../ports/message-bus.ts';
import { pubsubError } from './pubsub-error.ts';

const EXTENSION_MINUTES_MAX = 60;
const ACK_BATCH_MAX = 1000;
const ACK_BATCH_MS = 50;
const CLOSE_SECONDS = 10;
const REOPEN_MS_MIN = 100;
const REOPEN_MS_MAX = 10_000;

export async function openPubsubSubscription(client: PubSub, name: string, limits: SubscriptionLimits): Promise<BusSubscription> {
  const [isThere] = await client
    .subscription(name)
    .exists()
    .catch((error: unknown) => {
      throw pubsubError(error, `The subscription ${name} cannot be looked up.`);
    });
  if (!isThere) throw new MarketsError('STREAM_TOPIC_MISSING', `There is no subscription ${name}.`, { next: 'Have Terraform make it.' });
  return new PubsubSubscription(client, name, limits);
}

class PubsubSubscription implements BusSubscription {
  private readonly client: PubSub;
  private readonly name: string;
  private readonly limits: SubscriptionLimits;
  private subscription: Subscription;
  private readonly held: BusMessage[] = [];
  private failure: MarketsError | undefined;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private readonly waiting = new Set<() => void>();

  constructor(client: PubSub, name: string, limits: SubscriptionLimits) {
    this.client = client;
    this.name = name;
    this.limits = limits;
    this.subscription = this.open();
  }

  async next(signal: AbortSignal): Promise<readonly BusMessage[]> {
    while (!signal.aborted) {
      if (this.held.length > 0) return this.held.splice(0);
      if (this.failure !== undefined) throw this.failure;
      await this.change(signal);
    }
    return [];
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    for (const message of this.held.splice(0)) message.giveBack();
    await this.subscription.close();
  }

  private open(): Subscription {
    const { heldMessagesMax, heldBytesMax } = this.limits;
    const subscription = this.client.subscription(this.name, {
      flowControl: { maxMessages: heldMessagesMax, maxBytes: heldBytesMax, allowExcessMessages: false },
      maxExtensionTime: Duration.from({ minutes: EXTENSION_MINUTES_MAX }),
      batching: { maxMessages: ACK_BATCH_MAX, maxMilliseconds: ACK_BATCH_MS },
      streamingOptions: { maxStreams: 1 },
      closeOptions: { behavior: SubscriptionCloseBehaviors.NackImmediately, timeout: Duration.from({ seconds: CLOSE_SECONDS }) },
    });
    subscription.on('message', (message: Message) => {
      this.failures = 0;
      this.held.push(toBusMessage(message));
      this.wake();
    });
    subscription.on('error', (error: unknown) => {
      this.fail(subscription, error);
    });
    return subscription;
  }

  private fail(subscription: Subscription, error: unknown): void {
    const fault = pubsubError(error, `The subscription ${this.name} ended.`);
    if (this.isClosed || subscription !== this.subscription) return;
    if (fault.code !== 'STREAM_UNAVAILABLE') {
      this.failure = fault;
      this.wake();
      return;
    }
    clearTimeout(this.timer);
    const waitMs = Math.min(REOPEN_MS_MIN * 2 ** Math.min(this.failures++, 10), REOPEN_MS_MAX);
    this.timer = setTimeout(() => {
      subscription.removeAllListeners('message');
      subscription.close().catch(() => undefined);
      if (!this.isClosed) this.subscription = this.open();
    }, waitMs);
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }

  private async change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }
}

function toBusMessage(message: Message): BusMessage {
  return {
    messageId: message.id,
    data: message.data,
    attributes: message.attributes,
    orderingKey: message.orderingKey === undefined || message.orderingKey === '' ? null : message.orderingKey,
    // The service tells up to nanoseconds; 6 digits are kept.
    publishTime: `${message.publishTime.toISOString().replace('Z', '').padEnd(29, '0').slice(0, 26)}Z`,
    acknowledge: () => message.ack(),
    giveBack: () => message.nack(),
  };
}
