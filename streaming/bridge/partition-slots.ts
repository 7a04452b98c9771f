/**
 * The partitions that a source's consumer has. An assignment is a slot of its own: what comes of an earlier assignment of the same partition, a message or an
 * answer of the bus, changes nothing in the new one.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { momentOf } from '../../core/time/time.ts';
import type { BridgeParts } from './bridge-options.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { releasePartition, takePartition, type PartitionName } from './ownership.ts';

const RETRY_FIRST_MS = 200;
const RETRY_MS_MAX = 10_000;

export class PartitionSlot {
  readonly partition: number;
  /** null until the partition is taken in the chain of its owners. */
  tracker: OffsetTracker | null = null;
  /** Resolves when the tracker is there, or will not come. */
  opened: Promise<void> = Promise.resolve();
  /** It is being taken away: nothing more is read. */
  isRevoked = false;

  constructor(partition: number) {
    this.partition = partition;
  }
}

type SlotParts = Pick<BridgeParts, 'store' | 'time' | 'logger' | 'limits' | 'writer'>;

export class PartitionSlots {
  private readonly parts: SlotParts;
  private readonly source: string;
  private readonly topic: string;
  private readonly signal: AbortSignal;
  private readonly slots = new Map<number, PartitionSlot>();

  constructor(parts: SlotParts, name: { readonly source: string; readonly topic: string }, signal: AbortSignal) {
    this.parts = parts;
    this.source = name.source;
    this.topic = name.topic;
    this.signal = signal;
  }

  /** As they are now; later assignments do not change it. */
  snapshot(): ReadonlyMap<number, PartitionSlot> {
    return new Map(this.slots);
  }

  isCurrent(slot: PartitionSlot): boolean {
    return !slot.isRevoked && this.slots.get(slot.partition) === slot;
  }

  *trackers(): Generator<OffsetTracker> {
    for (const { tracker } of this.slots.values()) if (tracker !== null) yield tracker;
  }

  assign(partition: number): void {
    const slot = new PartitionSlot(partition);
    this.slots.set(partition, slot);
    slot.opened = this.open(slot);
  }

  /** Marks the partitions as going and gives their slots. */
  revoke(partitions: readonly number[]): readonly PartitionSlot[] {
    const going = partitions.flatMap((partition) => this.slots.get(partition) ?? []);
    for (const slot of going) slot.isRevoked = true;
    return going;
  }

  drop(slots: readonly PartitionSlot[]): void {
    for (const slot of slots) if (this.slots.get(slot.partition) === slot) this.slots.delete(slot.partition);
  }

  /** Says of every slot whose messages are all committed that its partition is free. Where that fails, the next owner holds some messages to be in doubt. */
  async release(slots: Iterable<PartitionSlot>): Promise<void> {
    const { store, time, logger } = this.parts;
    const at = momentOf(time.nowMs());
    await Promise.all(
      [...slots].map(async ({ tracker, partition }) => {
        if (tracker?.isCommitted !== true) return;
        try {
          await releasePartition(store, this.nameOf(partition), tracker.ownership, at);
        } catch (error) {
          logger.log('warn', 'release_failed', { source: this.source, partition, code: codeOf(error) });
        }
      }),
    );
  }

  /** Again and again until the store answers: nothing is read before. */
  private async open(slot: PartitionSlot): Promise<void> {
    const { store, time, logger, limits, writer } = this.parts;
    for (let wait = RETRY_FIRST_MS; !this.signal.aborted && this.isCurrent(slot); wait = Math.min(wait * 2, RETRY_MS_MAX)) {
      try {
        const owner = { writer, at: momentOf(time.nowMs()), uncommitted_messages_max: limits.uncommittedMessagesMax };
        slot.tracker = new OffsetTracker(slot.partition, await takePartition(store, this.nameOf(slot.partition), owner));
        return;
      } catch (error) {
        logger.log('warn', 'partition_not_taken', { source: this.source, partition: slot.partition, code: codeOf(error) });
        await time.wait(wait, this.signal);
      }
    }
  }

  private nameOf(partition: number): PartitionName {
    return { source: this.source, topic: this.topic, partition };
  }
}

export function codeOf(error: unknown): string {
  return isMarketsError(error) ? error.code : 'INTERNAL';
}
