/**
 * Publishes to a topic of the embedded bus. What is published in one turn of the event loop goes to the writer as one batch, and what comes within GATHER_MS of
 * that one goes with the next: single messages of a program that publishes many cost one write and one sync together, and a message that comes alone waits for nothing.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import { attributesFault } from '../../ports/bus-attributes.ts';
import type { BusPublisher, NewBusMessage } from '../../ports/message-bus.ts';
import type { NewLogMessage } from '../../ports/message-log.ts';
import { messageIdOf, toLogMessage } from './bus-message.ts';
import type { EmbeddedMessageLog } from './embedded-message-log.ts';
import { GATHER_MS, GATHERED_MESSAGES_MAX } from './limits.ts';
import { checkMessageSize } from './record-batch.ts';

interface Gathered {
  readonly message: NewLogMessage;
  readonly orderingKey: string | null;
  readonly done: (messageId: string) => void;
  readonly failed: (error: unknown) => void;
}

export class EmbeddedPublisher implements BusPublisher {
  private readonly log: EmbeddedMessageLog;
  private readonly topic: string;
  private readonly stopped = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private gathered: Gathered[] = [];
  private sentMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;

  constructor(log: EmbeddedMessageLog, topic: string) {
    this.log = log;
    this.topic = topic;
  }

  async publish({ data, attributes, orderingKey }: NewBusMessage): Promise<string> {
    if (orderingKey !== null && this.stopped.has(orderingKey)) throw this.keyStopped();
    const fault = attributesFault(attributes);
    if (fault !== null) throw fault;
    const message = toLogMessage(this.topic, { data, attributes, orderingKey });
    // Of one that is too large nobody else's fails.
    checkMessageSize(message);
    return await new Promise<string>((done, failed) => {
      this.gathered.push({ message, orderingKey, done, failed });
      if (this.gathered.length === 1) this.planSend();
      else if (this.gathered.length === GATHERED_MESSAGES_MAX) this.sendGathered();
    });
  }

  async flush(): Promise<void> {
    this.sendGathered();
    await Promise.all(this.underWay);
  }

  resume(orderingKey: string): void {
    this.stopped.delete(orderingKey);
  }

  async close(): Promise<void> {
    await this.flush();
  }

  private planSend(): void {
    const waitMs = this.sentMs + GATHER_MS - performance.now();
    if (waitMs > 0) this.timer = setTimeout(() => this.sendGathered(), waitMs);
    else queueMicrotask(() => this.sendGathered());
  }

  private sendGathered(): void {
    clearTimeout(this.timer);
    if (this.gathered.length === 0) return;
    this.sentMs = performance.now();
    const sent = this.send(this.gathered).finally(() => this.underWay.delete(sent));
    this.gathered = [];
    this.underWay.add(sent);
  }

  /** Tells each message's publisher; does not throw. */
  private async send(gathered: readonly Gathered[]): Promise<void> {
    try {
      const places = await this.log.append(gathered.map(({ message }) => message));
      for (const [index, { done }] of gathered.entries()) done(messageIdOf(...(places[index] as (typeof places)[number])));
    } catch (error) {
      const keys = new Set(gathered.map(({ orderingKey }) => orderingKey).filter((key) => key !== null));
      for (const key of keys) this.stopped.add(key);
      for (const { failed } of [...gathered, ...this.takeBehind(keys)]) failed(error);
    }
  }

  /** What is gathered behind messages of these keys that failed: it fails with them, so that a sender that begins again keeps their order. */
  private takeBehind(keys: ReadonlySet<string>): readonly Gathered[] {
    const isBehind = ({ orderingKey }: Gathered): boolean => orderingKey !== null && keys.has(orderingKey);
    const behind = this.gathered.filter(isBehind);
    this.gathered = this.gathered.filter((each) => !isBehind(each));
    return behind;
  }

  private keyStopped(): MarketsError {
    return new MarketsError('STREAM_UNAVAILABLE', 'An earlier message of this ordering key was not accepted.', {
      expected: 'resume of the key before the next message',
      found: `a message for ${this.topic} behind one that failed`,
    });
  }
}
