/**
 * Topics and subscriptions as Pub/Sub has them: each subscription gets every message at least once, and again until it is acknowledged. Every adapter
 * runs message-bus.contract.ts. Errors: STREAM_UNAVAILABLE (again later), STREAM_DENIED, STREAM_TOPIC_MISSING.
 */

export interface NewBusMessage {
  readonly data: Uint8Array;
  /** At most 100, names up to 256 bytes and values up to 1,024. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Messages with the same one come in the order in which they were published; null for no order. */
  readonly orderingKey: string | null;
}

export interface BusPublisher {
  /**
   * Resolves with the message's identity when it is accepted for good. Messages are sent in batches in the background. After a rejection the message
   * may be there all the same; with an ordering key, everything behind it in that key is rejected too until `resume` is called.
   */
  publish(message: NewBusMessage): Promise<string>;
  /** Sends what waits without waiting for a batch to be full. */
  flush(): Promise<void>;
  resume(orderingKey: string): void;
  close(): Promise<void>;
}

export interface BusMessage extends NewBusMessage {
  readonly messageId: string;
  /** ISO 8601 UTC, 6 digits. */
  readonly publishTime: string;
  acknowledge(): void;
  /** Not done: it comes again. */
  giveBack(): void;
}

export interface BusSubscription {
  /** Messages that wait, after the first has come; [] when the signal was aborted before. A bounded number is held at a time. */
  next(signal: AbortSignal): Promise<readonly BusMessage[]>;
  /** Gives back what was not done, and hands over what was acknowledged. */
  close(): Promise<void>;
}

export interface SubscriptionLimits {
  readonly heldMessagesMax: number;
  readonly heldBytesMax: number;
}

export interface PublisherOptions {
  /**
   * A message is refused when its first try fails, and not sent again by the adapter: so the caller knows every message that may be there twice. Without it the
   * adapter tries for as long as it is set to.
   */
  readonly triesOnce?: boolean;
}

export interface MessageBus {
  readonly description: string;
  /** STREAM_TOPIC_MISSING where there is no such topic. */
  publisher(topic: string, options?: PublisherOptions): Promise<BusPublisher>;
  subscription(name: string, limits: SubscriptionLimits): Promise<BusSubscription>;
  /** Creates topic and subscription where they are absent; in production Terraform makes them. */
  createTopic(topic: string): Promise<void>;
  createSubscription(name: string, topic: string): Promise<void>;
  close(): Promise<void>;
}
