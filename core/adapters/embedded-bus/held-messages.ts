/**
 * What a subscription has handed out of one partition and is not done with, in order of offset: how far it may commit, and what has to come again.
 * A message that is given back takes everything behind it in its ordering key with it, acknowledged or not, so that the order of the key is kept.
 */
import type { LogMessage } from '../../ports/message-log.ts';

interface Held {
  readonly message: LogMessage;
  readonly orderingKey: string | null;
  /** Of the last time it was handed out: what an older one's holder says does not count any more. */
  delivery: number;
  state: 'waiting' | 'out' | 'done';
}

export class HeldMessages {
  private readonly held = new Map<bigint, Held>();
  /** One above the last that came from the log. */
  private next: bigint | undefined;
  private deliveries = 0;
  private doneCount = 0;
  private outCount = 0;
  private openBytesSum = 0;

  add(message: LogMessage, orderingKey: string | null): void {
    this.held.set(message.offset, { message, orderingKey, delivery: 0, state: 'waiting' });
    this.next = message.offset + 1n;
    this.openBytesSum += sizeOf(message);
  }

  /** Those that are to be handed out now, at most `max`, each with the number that its holder answers with. */
  takeWaiting(max: number): readonly { readonly message: LogMessage; readonly delivery: number }[] {
    const taken: { message: LogMessage; delivery: number }[] = [];
    for (const held of this.held.values()) {
      if (taken.length >= max) break;
      if (held.state !== 'waiting') continue;
      this.setState(held, 'out');
      held.delivery = ++this.deliveries;
      taken.push({ message: held.message, delivery: held.delivery });
    }
    return taken;
  }

  acknowledge(offset: bigint, delivery: number): void {
    const held = this.held.get(offset);
    if (held?.state !== 'out' || held.delivery !== delivery) return;
    this.setState(held, 'done');
    this.forgetDone();
  }

  giveBack(offset: bigint, delivery: number): void {
    const held = this.held.get(offset);
    if (held?.state !== 'out' || held.delivery !== delivery) return;
    this.setState(held, 'waiting');
    if (held.orderingKey === null) return;
    for (const [behind, each] of this.held) {
      if (behind > offset && each.orderingKey === held.orderingKey) this.setState(each, 'waiting');
    }
  }

  /** Everything below is done; undefined before the first message. */
  position(): bigint | undefined {
    const [oldest] = this.held.keys();
    return oldest ?? this.next;
  }

  /** Messages that are not done. */
  open(): number {
    return this.held.size - this.doneCount;
  }

  /** Bytes of those. */
  openBytes(): number {
    return this.openBytesSum;
  }

  /** Messages that were handed out and not answered. */
  out(): number {
    return this.outCount;
  }

  /** Messages that are done while an older one is not. */
  done(): number {
    return this.doneCount;
  }

  private setState(held: Held, state: Held['state']): void {
    if ((held.state === 'done') !== (state === 'done')) {
      this.doneCount += state === 'done' ? 1 : -1;
      this.openBytesSum += state === 'done' ? -sizeOf(held.message) : sizeOf(held.message);
    }
    this.outCount += Number(state === 'out') - Number(held.state === 'out');
    held.state = state;
  }

  private forgetDone(): void {
    for (const [offset, { state }] of this.held) {
      if (state !== 'done') return;
      this.held.delete(offset);
      this.doneCount--;
    }
  }
}

function sizeOf({ key, value }: LogMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}
