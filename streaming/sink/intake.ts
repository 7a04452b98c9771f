/**
 * Deliveries of the two subscriptions of a source, good messages and dead letters, in one bounded queue. When it is full nothing more is asked for,
 * and the bus holds back in its turn.
 */
import type { BusSubscription } from '../../core/ports/message-bus.ts';
import type { PartKind } from '../../core/stream/object-names.ts';
import { deliveryOf, type Delivery } from './delivery.ts';

export interface IntakeSource {
  readonly kind: PartKind;
  readonly name: string;
  readonly subscription: BusSubscription;
}

/** Deliveries in the queue beside one answer of each subscription. */
const QUEUE_MAX = 10_000;

export class Intake {
  /** When the last delivery came, or this began. */
  quietSinceMs: number;
  private readonly elapsedMs: () => number;
  private readonly stopping = new AbortController();
  private readonly pumps: Promise<void>[];
  private readonly sources: readonly IntakeSource[];
  private readonly queue: Delivery[] = [];
  private failure: { readonly error: unknown } | undefined;
  private wake: () => void = () => undefined;
  private readonly room: (() => void)[] = [];

  constructor(sources: readonly IntakeSource[], elapsedMs: () => number) {
    this.sources = sources;
    this.elapsedMs = elapsedMs;
    this.quietSinceMs = elapsedMs();
    this.pumps = sources.map(async (source) => await this.pump(source));
  }

  /** Deliveries in their order, at most `max`; [] where none came within `waitMs` or before the signal. Throws what a subscription threw. */
  async next(max: number, waitMs: number, signal: AbortSignal): Promise<readonly Delivery[]> {
    if (this.isSilent() && waitMs > 0 && !signal.aborted) await this.waitFor(waitMs, signal);
    if (this.failure !== undefined) throw this.failure.error;
    const taken = this.queue.splice(0, max);
    if (this.queue.length < QUEUE_MAX) for (const resolve of this.room.splice(0)) resolve();
    return taken;
  }

  /** Whether nothing comes within so long, nor waits. */
  async isEmptyFor(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.isSilent()) await this.waitFor(waitMs, signal);
    return this.isSilent();
  }

  /** Gives back what was not taken, and closes the subscriptions, which hand over what was acknowledged. */
  async close(): Promise<void> {
    this.stopping.abort();
    for (const resolve of this.room.splice(0)) resolve();
    await Promise.all(this.pumps);
    for (const { message } of this.queue.splice(0)) message.giveBack();
    await Promise.all(this.sources.map(async ({ subscription }) => await subscription.close()));
  }

  private async pump({ kind, name, subscription }: IntakeSource): Promise<void> {
    const { signal } = this.stopping;
    try {
      while (!signal.aborted) {
        const messages = await subscription.next(signal);
        this.quietSinceMs = this.elapsedMs();
        for (const message of messages) this.queue.push(deliveryOf(kind, name, message));
        this.wake();
        while (this.isFull()) await new Promise<void>((resolve) => this.room.push(resolve));
      }
    } catch (error) {
      this.failure = { error };
      this.wake();
    }
  }

  private isSilent(): boolean {
    return this.failure === undefined && this.queue.length === 0;
  }

  private isFull(): boolean {
    return this.queue.length >= QUEUE_MAX && !this.stopping.signal.aborted;
  }

  private async waitFor(waitMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const ended = (): void => resolve(undefined);
    const timer = setTimeout(ended, waitMs);
    signal.addEventListener('abort', ended, { once: true });
    this.wake = ended;
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', ended);
    this.wake = () => undefined;
  }
}
