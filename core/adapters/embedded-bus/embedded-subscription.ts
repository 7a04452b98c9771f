/**
 * A subscription of the embedded bus: a group over the partitions of its topic, which any number of processes share. What a process holds comes to
 * another when it dies, leaves, or a partition is given to one that joined. How far the subscription is, is written every COMMIT_MS and at the end.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BusMessage, BusSubscription, SubscriptionLimits } from '../../ports/message-bus.ts';
import type { LogConsumer, LogMessage, LogPosition, MessageLog, TopicPartition } from '../../ports/message-log.ts';
import { placeName } from './bus-state.ts';
import { readBusMessage } from './bus-message.ts';
import { HeldMessages } from './held-messages.ts';
import { POLL_MS, SETTLED_MAX } from './limits.ts';

const COMMIT_MS = 100;

export async function openEmbeddedSubscription(
  log: MessageLog,
  topic: string,
  name: string,
  limits: SubscriptionLimits,
): Promise<BusSubscription> {
  const subscription = new EmbeddedSubscription(limits);
  const consumer = await log.consumer({
    group: name,
    topics: [topic],
    clientId: 'subscription',
    from: 'latest',
    revoked: async (places) => await subscription.revoke(places),
  });
  subscription.begin(consumer);
  return subscription;
}

interface HeldPartition {
  readonly place: TopicPartition;
  readonly held: HeldMessages;
  committed: bigint | undefined;
}

class EmbeddedSubscription implements BusSubscription {
  private readonly limits: SubscriptionLimits;
  private readonly partitions = new Map<string, HeldPartition>();
  private consumer: LogConsumer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failure: unknown;

  constructor(limits: SubscriptionLimits) {
    this.limits = limits;
  }

  begin(consumer: LogConsumer): void {
    this.consumer = consumer;
    this.timer = setInterval(() => {
      this.commit([...this.partitions.values()]).catch((error: unknown) => {
        this.failure ??= error;
      });
    }, COMMIT_MS);
    this.timer.unref();
  }

  async next(signal: AbortSignal): Promise<readonly BusMessage[]> {
    while (!signal.aborted) {
      if (this.failure !== undefined) throw this.failure as Error;
      const again = this.handOut();
      if (again.length > 0) return again;
      if (this.isFull()) await wait(POLL_MS);
      else await this.fetch(signal);
    }
    return [];
  }

  /** What was acknowledged is committed; the rest comes to whoever has the partition next. */
  async revoke(places: readonly TopicPartition[]): Promise<void> {
    const gone = places.map((place) => this.partitions.get(placeName(place))).filter((partition) => partition !== undefined);
    for (const { place } of gone) this.partitions.delete(placeName(place));
    await this.commit(gone);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.commit([...this.partitions.values()]);
    this.partitions.clear();
    await this.consumer?.close();
  }

  /** Waits in short turns, so that what was given back meanwhile comes soon. */
  private async fetch(signal: AbortSignal): Promise<void> {
    const turn = AbortSignal.any([signal, AbortSignal.timeout(COMMIT_MS)]);
    for (const message of (await this.consumer?.next(turn)) ?? []) this.heldOf(message).held.add(message, keyOf(message));
  }

  private handOut(): readonly BusMessage[] {
    const out: BusMessage[] = [];
    let room = this.limits.heldMessagesMax;
    for (const { held } of this.partitions.values()) room -= held.out();
    for (const { held } of this.partitions.values()) {
      for (const { message, delivery } of held.takeWaiting(room - out.length)) {
        out.push({
          ...readBusMessage(message),
          acknowledge: () => held.acknowledge(message.offset, delivery),
          giveBack: () => held.giveBack(message.offset, delivery),
        });
      }
    }
    return out;
  }

  private isFull(): boolean {
    let open = 0;
    let bytes = 0;
    let done = 0;
    for (const { held } of this.partitions.values()) {
      open += held.open();
      bytes += held.openBytes();
      done += held.done();
    }
    return open >= this.limits.heldMessagesMax || bytes >= this.limits.heldBytesMax || done >= SETTLED_MAX;
  }

  private heldOf({ topic, partition }: LogMessage): HeldPartition {
    const place = { topic, partition };
    const known = this.partitions.get(placeName(place));
    if (known !== undefined) return known;
    const begun: HeldPartition = { place, held: new HeldMessages(), committed: undefined };
    this.partitions.set(placeName(place), begun);
    return begun;
  }

  private async commit(partitions: readonly HeldPartition[]): Promise<void> {
    const positions: LogPosition[] = [];
    for (const partition of partitions) {
      const position = partition.held.position();
      if (position === undefined || position === partition.committed) continue;
      positions.push({ ...partition.place, offset: position });
      partition.committed = position;
    }
    if (positions.length > 0) await this.consumer?.commit(positions);
  }
}

function keyOf({ key }: LogMessage): string | null {
  return key === null ? null : Buffer.from(key).toString('utf8');
}
