/**
 * Writes what was read, then commits it, in this order: an offset is never committed that no record tells of. One at a time. Where the store fails, nothing is
 * committed; where the commit fails, it is made with the next record. Neither stops the reading, which ends by itself at the limit of what may be uncommitted.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { LogConsumer } from '../../core/ports/message-log.ts';
import { writeReadRecord } from '../../core/stream/read-record.ts';
import { momentOf } from '../../core/time/time.ts';
import type { BridgeParts } from './bridge-options.ts';
import type { Changes } from './changes.ts';
import { codeOf, type PartitionSlots } from './partition-slots.ts';
import { ReadAccount, type LagOf, type OpenRecord } from './read-account.ts';
import type { SourceStatus } from './source-status.ts';

interface KeeperParts extends Pick<BridgeParts, 'store' | 'time' | 'logger' | 'writer'> {
  readonly topic: string;
  readonly specVersion: string;
  readonly slots: PartitionSlots;
  readonly status: SourceStatus;
  readonly changes: Changes;
  readonly lagOf: LagOf;
}

export class RecordKeeper {
  private readonly parts: KeeperParts;
  private readonly account: ReadAccount;
  private open: OpenRecord | null = null;
  private work: Promise<void> = Promise.resolve();
  private queued = 0;

  constructor(parts: KeeperParts) {
    const { writer, status, topic, specVersion, time } = parts;
    this.parts = parts;
    const origin = { writer, source: status.source, kafka_topic: topic, spec_version: specVersion };
    this.account = new ReadAccount(origin, momentOf(time.nowMs()));
  }

  /** Whether a record waits to be written or is being written. */
  get isBusy(): boolean {
    return this.queued > 0;
  }

  /** Resolves when what was done at the call is recorded and committed, or could not be. */
  async record(consumer: LogConsumer): Promise<void> {
    this.queued += 1;
    const work = this.work.then(async () => await this.recordOnce(consumer));
    this.work = work.catch(() => undefined);
    try {
      await work;
    } finally {
      this.queued -= 1;
      this.parts.changes.tell();
    }
  }

  private async recordOnce(consumer: LogConsumer): Promise<void> {
    const isLeftOver = this.open !== null;
    if (!(await this.write())) return;
    // What was done since the one that could not be written.
    if (isLeftOver && !(await this.write())) return;
    await this.commit(consumer);
  }

  private async write(): Promise<boolean> {
    const { slots, status, time, lagOf, store, logger } = this.parts;
    this.open ??= this.account.next(slots.trackers(), status.latency, lagOf, momentOf(time.nowMs()));
    if (this.open === null) return true;
    try {
      await writeReadRecord(store, this.open.record);
    } catch (error) {
      // The name is this process's own: it was written by a try whose answer was lost.
      if (!isMarketsError(error, 'STORE_EXISTS')) {
        status.storeFailingSince ??= time.monotonicMs();
        logger.log('warn', 'read_record_failed', { source: status.source, code: codeOf(error) });
        return false;
      }
    }
    for (const { tracker, progress } of this.open.covers) tracker.recorded(progress);
    this.open = null;
    status.storeFailingSince = null;
    status.records += 1;
    return true;
  }

  private async commit(consumer: LogConsumer): Promise<void> {
    const { slots, topic, logger, status } = this.parts;
    const due = [...slots.trackers()].flatMap((tracker) => (tracker.toCommit === null ? [] : [{ tracker, progress: tracker.toCommit }]));
    if (due.length === 0) return;
    try {
      const taken = await consumer.commit(
        due.map(({ tracker, progress }) => ({ topic, partition: tracker.partition, offset: progress.position })),
      );
      // A partition that is another's by now is committed by it, or comes again: what was done is not to be taken for committed here.
      const committed = new Set(taken.map(({ partition }) => partition));
      for (const { tracker, progress } of due) if (committed.has(tracker.partition)) tracker.committed(progress);
    } catch (error) {
      logger.log('warn', 'commit_failed', { source: status.source, code: codeOf(error) });
    }
  }
}
