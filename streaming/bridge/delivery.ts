/**
 * Hands messages to the bus and counts those without an answer. A rejection stops the source: what is under way is awaited, then all that was rejected is sent
 * again in the order in which it was read, some at a time, so that the messages of one ordering key never pass each other and a bus that comes back is not run over. That is
 * repeated, with growing pauses and without an end, until the bus has taken everything; meanwhile nothing is read, so that memory stays within the marks.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { Time } from '../../core/time/time.ts';
import type { Changes } from './changes.ts';
import type { PendingMessage } from './pending-message.ts';

const BACKOFF_FIRST_MS = 100;
/** Beyond it the pauses do not grow. */
const ATTEMPTS_COUNTED = 30;
/** Of what was rejected, so many are sent again before their answers are awaited. */
const AGAIN_AT_A_TIME = 2000;

export interface DeliveryMarks {
  readonly highMessages: number;
  readonly highBytes: number;
  readonly lowMessages: number;
  readonly lowBytes: number;
}

export interface DeliveryOptions {
  readonly source: string;
  readonly marks: DeliveryMarks;
  readonly backoffMsMax: number;
  readonly time: Time;
  readonly logger: Logger;
  /** Told after every answer. */
  readonly changes: Changes;
  /** The bus has it. */
  readonly acknowledged: (message: PendingMessage) => void;
}

export class Delivery {
  private readonly options: DeliveryOptions;
  private messages = 0;
  private bytes = 0;
  /** Sent and without an answer. */
  private unanswered = 0;
  private readonly rejected: PendingMessage[] = [];
  private attempt = 0;
  /** Since something was sent again. */
  private hasRefusals = false;
  private failingSince: number | null = null;
  private readonly ended = new AbortController();

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  get inFlight(): number {
    return this.messages;
  }

  get inFlightBytes(): number {
    return this.bytes;
  }

  get isAboveHighMark(): boolean {
    const { marks } = this.options;
    return this.messages >= marks.highMessages || this.bytes >= marks.highBytes;
  }

  get isBelowLowMark(): boolean {
    const { marks } = this.options;
    return this.messages <= marks.lowMessages && this.bytes <= marks.lowBytes;
  }

  /** Monotonic time since when the bus rejects; null while it does not. */
  get rejectingSince(): number | null {
    return this.failingSince;
  }

  /** The message is held until the bus has it. */
  send(message: PendingMessage): void {
    this.messages += 1;
    this.bytes += message.sizeBytes;
    // What is rejected goes first.
    if (this.failingSince !== null) this.rejected.push(message);
    else this.publish(message);
  }

  /** Sends nothing any more; what has no answer yet is left. */
  end(): void {
    this.ended.abort();
    this.options.changes.tell();
  }

  /** Counts the message now and sends it when `ready` resolves; where it never does, the message stays without an answer. */
  sendWhen(ready: Promise<void>, message: PendingMessage): void {
    this.messages += 1;
    this.bytes += message.sizeBytes;
    this.unanswered += 1;
    void ready.then(() => {
      this.unanswered -= 1;
      if (this.failingSince === null) {
        this.publish(message);
      } else {
        this.rejected.push(message);
        this.recoverWhenQuiet();
      }
    });
  }

  private publish(message: PendingMessage): void {
    const { outgoing } = message;
    if (outgoing === null) return;
    this.unanswered += 1;
    outgoing.publisher.publish(outgoing.message).then(
      () => this.taken(message),
      (error: unknown) => this.refused(message, error),
    );
  }

  private taken(message: PendingMessage): void {
    this.unanswered -= 1;
    this.messages -= 1;
    this.bytes -= message.sizeBytes;
    this.options.acknowledged(message);
    if (this.failingSince !== null) this.recoverWhenQuiet();
    this.options.changes.tell();
  }

  private refused(message: PendingMessage, error: unknown): void {
    this.unanswered -= 1;
    message.isInDoubt = true;
    this.rejected.push(message);
    this.hasRefusals = true;
    if (this.failingSince === null) {
      this.failingSince = this.options.time.monotonicMs();
      this.log('publish_rejected', error);
    }
    this.recoverWhenQuiet();
  }

  private recoverWhenQuiet(): void {
    if (this.unanswered > 0) return;
    if (this.rejected.length > 0) {
      void this.sendAgain();
      return;
    }
    this.failingSince = null;
    this.attempt = 0;
    this.options.logger.log('info', 'publish_recovered', { source: this.options.source });
    this.options.changes.tell();
  }

  private async sendAgain(): Promise<void> {
    const { backoffMsMax, time } = this.options;
    if (this.hasRefusals) {
      await time.wait(Math.min(BACKOFF_FIRST_MS * 2 ** this.attempt, backoffMsMax), this.ended.signal);
      this.attempt = Math.min(this.attempt + 1, ATTEMPTS_COUNTED);
    } else {
      this.attempt = 0;
    }
    if (this.ended.signal.aborted) return;
    this.hasRefusals = false;
    this.rejected.sort(inReadingOrder);
    const again = this.rejected.splice(0, AGAIN_AT_A_TIME);
    this.resumeKeys(again);
    for (const message of again) this.publish(message);
  }

  private resumeKeys(messages: readonly PendingMessage[]): void {
    const resumed = new Set<string>();
    for (const { outgoing } of messages) {
      const key = outgoing?.message.orderingKey ?? null;
      if (outgoing === null || key === null || resumed.has(key)) continue;
      resumed.add(key);
      outgoing.publisher.resume(key);
    }
  }

  private log(event: string, error: unknown): void {
    const code = isMarketsError(error) ? error.code : 'INTERNAL';
    this.options.logger.log('warn', event, { source: this.options.source, code, in_flight: this.messages });
  }
}

function inReadingOrder(left: PendingMessage, right: PendingMessage): number {
  return left.readSeq - right.readSeq;
}
