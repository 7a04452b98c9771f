/**
 * Notifications of Cloud Storage about landing, from a subscription of Pub/Sub. No more than HELD_MAX are held at a time, their deadline is
 * extended while they are worked on, for EXTENSION_MINUTES_MAX at most; then they come again.
 */
import { Duration, PubSub, SubscriptionCloseBehaviors, type Message, type Subscription } from '@google-cloud/pubsub';
import { MarketsError } from '../../errors/markets-error.ts';
import { objectNameFault } from '../../ports/object-name.ts';
import type { ObjectNotification, ObjectNotifications } from '../../ports/object-notifications.ts';
import type { Logger } from '../../telemetry/logger.ts';

const HELD_MAX = 1000;
const HELD_BYTES_MAX = 16 * 1024 * 1024;
const EXTENSION_MINUTES_MAX = 60;
const ACK_BATCH_MAX = 100;
const ACK_BATCH_MS = 50;
const CLOSE_SECONDS = 10;

export interface LandingSubscription {
  readonly project: string;
  readonly subscription: string;
  /** Whose notifications count; those of other buckets are acknowledged and left alone. */
  readonly bucket: string;
  /** http://HOST:PORT of an emulator; the service's own without it. */
  readonly apiEndpoint?: string;
  readonly logger: Logger;
}

/** STORE_UNAVAILABLE or STORE_DENIED from `next` where the subscription ends with an error. */
export function openLandingNotifications(options: LandingSubscription): ObjectNotifications {
  const client = new PubSub({
    projectId: options.project,
    ...(options.apiEndpoint === undefined ? { emulatorMode: false } : { apiEndpoint: options.apiEndpoint, emulatorMode: true }),
  });
  const subscription = subscribe(client, options.subscription);
  const held: ObjectNotification[] = [];
  let failure: MarketsError | undefined;
  let wake: () => void = () => undefined;
  subscription.on('message', (message: Message) => {
    const notification = readMessage(message, options);
    if (notification === null) message.ack();
    else held.push(notification);
    wake();
  });
  subscription.on('error', (error: unknown) => {
    failure = subscriptionError(error, options.subscription);
    wake();
  });
  const take = (): readonly ObjectNotification[] => held.splice(0);
  return {
    async next(signal) {
      while (held.length === 0 && failure === undefined && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      if (failure !== undefined) throw failure;
      return signal.aborted ? [] : take();
    },
    waiting: take,
    async close() {
      for (const notification of take()) notification.giveBack();
      await subscription.close();
      await client.close();
    },
  };
}

function subscribe(client: PubSub, name: string): Subscription {
  return client.subscription(name, {
    flowControl: { maxMessages: HELD_MAX, maxBytes: HELD_BYTES_MAX, allowExcessMessages: false },
    maxExtensionTime: Duration.from({ minutes: EXTENSION_MINUTES_MAX }),
    batching: { maxMessages: ACK_BATCH_MAX, maxMilliseconds: ACK_BATCH_MS },
    streamingOptions: { maxStreams: 1 },
    closeOptions: { behavior: SubscriptionCloseBehaviors.NackImmediately, timeout: Duration.from({ seconds: CLOSE_SECONDS }) },
  });
}

/** null for what is no new object of landing. Attributes are as the service writes them, and from outside: they are checked. */
function readMessage(message: Message, { bucket, logger }: LandingSubscription): ObjectNotification | null {
  const { eventType, bucketId, objectId, objectGeneration } = message.attributes;
  if (eventType !== 'OBJECT_FINALIZE' || bucketId !== bucket) return null;
  const name = `landing/${objectId ?? ''}`;
  if (objectNameFault(name) !== null || objectGeneration === undefined || !/^[0-9]{1,19}$/.test(objectGeneration)) {
    logger.log('warn', 'notification_unreadable', { message_id: message.id });
    return null;
  }
  return { name, generation: objectGeneration, acknowledge: () => message.ack(), giveBack: () => message.nack() };
}

/** Codes of gRPC: 5 not found, 7 permission denied, 16 unauthenticated. */
function subscriptionError(error: unknown, subscription: string): MarketsError {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
  const isFinal = code === 5 || code === 7 || code === 16;
  return new MarketsError(isFinal ? 'STORE_DENIED' : 'STORE_UNAVAILABLE', `The subscription ${subscription} ended.`, {
    cause: error,
    found: `gRPC code ${String(code)}`,
    next: isFinal
      ? 'Look at notifications.subscription of the configuration, and whether the account may read from it (roles/pubsub.subscriber).'
      : 'Run again; the hourly run does the work meanwhile.',
  });
}
