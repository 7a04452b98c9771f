/**
 * Publishes to a topic of the embedded bus. What is published in one turn of the event loop goes to the writer as one batch, and the writer gathers what comes
 * while it syncs: single messages of a program that publishes many cost one write together.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import { attributesFault } from '../../ports/bus-attributes.ts';
import type { BusPublisher, NewBusMessage } from '../../ports/message-bus.ts';
import type { NewLogMessage } from '../../ports/message-log.ts';
import { messageIdOf, toLogMessage } from './bus-message.ts';
import type { EmbeddedMessageLog } from './embedded-message-log.ts';
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
      if (this.gathered.length === 0) queueMicrotask(() => this.sendGathered());
      this.gathered.push({ message, orderingKey, done, failed });
    });
  }

  async flush(): Promise<void> {
    // What was published in this turn is under way in the next.
    await Promise.resolve();
    await Promise.all(this.underWay);
  }

  resume(orderingKey: string): void {
    this.stopped.delete(orderingKey);
  }

  async close(): Promise<void> {
    await this.flush();
  }

  private sendGathered(): void {
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
      for (const { orderingKey, failed } of gathered) {
        if (orderingKey !== null) this.stopped.add(orderingKey);
        failed(error);
      }
    }
  }

  private keyStopped(): MarketsError {
    return new MarketsError('STREAM_UNAVAILABLE', 'An earlier message of this ordering key was not accepted.', {
      expected: 'resume of the key before the next message',
      found: `a message for ${this.topic} behind one that failed`,
    });
  }
}
