/** How far behind the log a source is, by partition, in messages and in time. */
import type { LogConsumer } from '../../core/ports/message-log.ts';
import type { PartitionLag, SourceStatus } from './source-status.ts';

/** How far a partition was followed; offsets are null before the first. */
export interface Followed {
  readonly partition: number;
  /** Below it everything is done. */
  readonly position: bigint | null;
  /** Of the first message that is not done, where nothing is. */
  readonly firstOffset: bigint | null;
  readonly doneTimestampMs: number | null;
}

export class LagWatch {
  private readonly ends = new Map<number, { readonly end: bigint; readonly position: bigint | null }>();

  async ask(consumer: LogConsumer): Promise<void> {
    const ends = await consumer.ends();
    this.ends.clear();
    for (const { partition, end, position = null } of ends) this.ends.set(partition, { end, position });
  }

  /** Ends of the log as they were asked last; the time is the age of the newest message that is done. null where it is not known. */
  of(tracker: Followed, nowMs: number): { readonly lag_messages: number | null; readonly lag_ms: number | null } {
    const known = this.ends.get(tracker.partition);
    const done = tracker.position ?? tracker.firstOffset ?? known?.position ?? null;
    if (known === undefined || done === null) return { lag_messages: null, lag_ms: null };
    const messages = known.end > done ? Number(known.end - done) : 0;
    if (messages === 0) return { lag_messages: 0, lag_ms: 0 };
    const since = tracker.doneTimestampMs;
    return { lag_messages: messages, lag_ms: since === null || since < 0 ? null : Math.max(0, Math.round(nowMs - since)) };
  }

  /** Brings the status up to date. */
  tell(status: SourceStatus, trackers: Iterable<Followed>, nowMs: number): void {
    status.lag.clear();
    for (const tracker of trackers) {
      const { lag_messages, lag_ms } = this.of(tracker, nowMs);
      const lag: PartitionLag = { messages: lag_messages, seconds: lag_ms === null ? null : lag_ms / 1000 };
      status.lag.set(tracker.partition, lag);
    }
  }
}
