/**
 * Reads one topic as a member of a group, where each partition has a state of its own that is committed together with its position and output, as the next
 * object of the partition's chain. A crash at any point is repaired by starting again: what no manifest names was never told, and what one names is not
 * taken twice. Who finds that another process has committed a partition gives it up, and joins the group anew where it is not taken away.
 */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { LogConsumer, MessageLog, TopicPartition } from '../../core/ports/message-log.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { nextWithin } from './next-within.ts';

/** How often the ends of the log are asked. */
const LAG_MS = 5000;
/** How often the loop looks up from waiting. */
const TICK_MS = 200;
/** Where another process has committed a partition and it is not taken away from this one within this time, the group is joined anew. */
const LOST_MS_MAX = 3000;
/** So often; then two processes are at it that do not know of each other. */
const REJOINS_MAX = 10;

/** What a commit wrote, or that the partition is another process's. */
export type CommitOutcome = 'committed' | 'nothing' | 'taken';

export interface StatefulPartition {
  /** Offset of the next message; undefined where there is no state yet: then the group's position counts. */
  readonly position: bigint | undefined;
  readonly committedPosition: bigint | undefined;
  /**
   * Called by one at a time. Messages may be taken while it is at work: they belong to the next commit. After an error the partition must be opened again;
   * after 'taken' nothing of it is written here any more.
   */
  commit(): Promise<CommitOutcome>;
}

export interface ReaderWork<P extends StatefulPartition> {
  /** From the partition's newest manifest. */
  open(partition: number): Promise<P>;
  /** Messages of a partition that this process has now. */
  take(partition: P, messages: MessageRun): void;
  /** Nothing came for so long. */
  silent?(milliseconds: number): void;
  /** Commits are waited for, though it is not time yet. */
  isFull?(): boolean;
  /** Whether to commit so long after the last time; without it every `commitMs`. */
  isDue?(milliseconds: number): boolean;
  /** After every turn; it may wait. */
  turned?(signal: AbortSignal): Promise<void>;
  committed?(partition: P): void;
  /** The partition is not this process's any more. */
  released?(partition: P): void;
  /** Before the last commits of a session. */
  ending?(outcome: Outcome): void;
  /** After them, while the partitions are still there. */
  ended?(): void | Promise<void>;
}

/** lost: another process has a partition that the group gave to this one. */
export type Outcome = 'stopped' | 'idle' | 'lost';

export interface ReaderOptions<P extends StatefulPartition> {
  readonly log: MessageLog;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Name of the source, for the log. */
  readonly source: string;
  readonly topic: string;
  readonly group: string;
  readonly clientId: string;
  /** Partitions are committed this often where something came. */
  readonly commitMs: number;
  readonly work: ReaderWork<P>;
}

export interface ReaderRun {
  /** Ends the run where nothing came for so long; null: only the signal does. */
  readonly untilIdleMs: number | null;
  readonly signal: AbortSignal;
}

export class StatefulReader<P extends StatefulPartition> {
  /** Those that are this process's now. */
  readonly partitions = new Map<number, P>();
  /** Messages of each of them that are not read yet. */
  lags: ReadonlyMap<number, number> = new Map();
  isReading = false;
  private readonly options: ReaderOptions<P>;
  /** Partitions that another process has committed, and since when. */
  private readonly lost = new Map<number, number>();
  private readonly committing = new Map<P, Promise<CommitOutcome>>();
  private consumer: LogConsumer | null = null;
  private failure: unknown = null;
  private lastMessageMs: number;
  private lastCommitMs: number;
  private lagAtMs = 0;

  constructor(options: ReaderOptions<P>) {
    this.options = options;
    this.lastMessageMs = this.lastCommitMs = options.nowMs();
  }

  /** Until the signal, or silence. Commits what it has before it ends. Errors: STREAM_UNAVAILABLE, STREAM_DENIED, STREAM_TOPIC_MISSING, STREAM_STATE, STORE_*. */
  async run(run: ReaderRun): Promise<void> {
    for (let joined = 0; (await this.session(run)) === 'lost'; joined += 1) if (joined === REJOINS_MAX) throw this.twoGroups();
  }

  /** From joining the group to leaving it. */
  private async session(run: ReaderRun): Promise<Outcome> {
    const { log, group, clientId, topic, work } = this.options;
    try {
      this.consumer = await log.consumer({
        ...{ group, topics: [topic], clientId, from: 'earliest' },
        positionOf: async ({ partition }) => await this.open(partition),
        assigned: (places) => this.assigned(places),
        revoked: async (places) => await this.revoked(places),
      });
      this.isReading = true;
      const outcome = await this.loop(this.consumer, run);
      work.ending?.(outcome);
      await this.commitAll();
      await work.ended?.();
      this.throwFailure();
      return outcome;
    } finally {
      this.isReading = false;
      for (const partition of this.partitions.values()) work.released?.(partition);
      this.partitions.clear();
      this.lost.clear();
      await this.consumer?.close();
      this.consumer = null;
    }
  }

  private async loop(consumer: LogConsumer, { untilIdleMs, signal }: ReaderRun): Promise<Outcome> {
    const { nowMs: clock, work } = this.options;
    while (!signal.aborted) {
      const messages = await nextWithin(consumer, signal, TICK_MS);
      this.throwFailure();
      const nowMs = clock();
      const silentMs = nowMs - this.lastMessageMs;
      if (messages.length > 0) {
        const partition = this.partitions.get(messages.partition);
        // Of a partition that is not this process's any more: whoever has it reads the messages.
        if (partition !== undefined) work.take(partition, messages);
        this.lastMessageMs = nowMs;
      } else if (untilIdleMs !== null && silentMs >= untilIdleMs) return 'idle';
      else work.silent?.(silentMs);
      await this.commitInTime(nowMs);
      if (nowMs - this.lagAtMs >= LAG_MS) this.lookAtLag(consumer, nowMs);
      if (this.hasLost(nowMs)) return 'lost';
      await work.turned?.(signal);
    }
    return 'stopped';
  }

  /** Beside the reading, but where the work is full. */
  private async commitInTime(nowMs: number): Promise<void> {
    const isFull = this.options.work.isFull?.() ?? false;
    if (!isFull && !this.isDue(nowMs - this.lastCommitMs)) return;
    this.lastCommitMs = nowMs;
    if (isFull) {
      await this.commitAll();
      return;
    }
    for (const [number, partition] of this.partitions) {
      if (this.committing.has(partition)) continue;
      this.commit(number, partition).catch((error: unknown) => {
        this.failure ??= error;
      });
    }
  }

  private isDue(milliseconds: number): boolean {
    const { work, commitMs } = this.options;
    return work.isDue === undefined ? milliseconds >= commitMs : work.isDue(milliseconds);
  }

  private async commitAll(): Promise<void> {
    await Promise.all([...this.partitions].map(async ([number, partition]) => await this.commit(number, partition)));
  }

  /** undefined where the partition has no state: then the group's position counts. */
  private async open(number: number): Promise<bigint | undefined> {
    const partition = await this.options.work.open(number);
    this.partitions.set(number, partition);
    this.lost.delete(number);
    return partition.position;
  }

  private assigned(places: readonly TopicPartition[]): void {
    this.log('info', 'partitions_assigned', { partitions: numbersOf(places) });
    this.lastMessageMs = this.options.nowMs();
  }

  /** Commits before anyone else reads the partitions. Where it cannot, the next reader begins at the last manifest. */
  private async revoked(places: readonly TopicPartition[]): Promise<void> {
    this.log('info', 'partitions_revoked', { partitions: numbersOf(places) });
    for (const { partition: number } of places) {
      const partition = this.partitions.get(number);
      this.partitions.delete(number);
      this.lost.delete(number);
      if (partition === undefined) continue;
      try {
        await this.commit(number, partition);
      } catch (error) {
        this.log('warn', 'partition_not_committed', { partition: number, message: String(error) });
      }
      this.options.work.released?.(partition);
    }
  }

  /** One at a time of a partition; what comes meanwhile belongs to the next. */
  private async commit(number: number, partition: P): Promise<void> {
    for (let running = this.committing.get(partition); running !== undefined; running = this.committing.get(partition)) {
      if ((await running) === 'taken') return;
    }
    const running = partition.commit().finally(() => this.committing.delete(partition));
    this.committing.set(partition, running);
    const outcome = await running;
    if (outcome === 'taken') this.taken(number, partition);
    if (outcome !== 'committed') return;
    this.options.work.committed?.(partition);
    await this.tellGroup(number, partition);
  }

  private taken(number: number, partition: P): void {
    this.log('warn', 'partition_taken', { partition: number });
    if (this.partitions.get(number) === partition) {
      this.partitions.delete(number);
      this.lost.set(number, this.options.nowMs());
    }
    this.options.work.released?.(partition);
  }

  /** For those who look at the group's lag; the position that counts is the manifest's. */
  private async tellGroup(number: number, { committedPosition: offset }: P): Promise<void> {
    if (offset === undefined) return;
    try {
      await this.consumer?.commit([{ topic: this.options.topic, partition: number, offset }]);
    } catch (error) {
      if (!isMarketsError(error)) throw error;
      this.log('warn', 'group_offset_not_committed', { code: error.code });
    }
  }

  /** Beside the reading; a log that does not answer leaves the figures as they were. */
  private lookAtLag(consumer: LogConsumer, nowMs: number): void {
    this.lagAtMs = nowMs;
    const told = consumer.ends().then((ends) => {
      const lags = new Map<number, number>();
      for (const { partition, end } of ends) {
        const own = this.partitions.get(partition);
        if (own !== undefined) lags.set(partition, Math.max(0, Number(end - (own.position ?? 0n))));
      }
      this.lags = lags;
    });
    told.catch((error: unknown) => {
      this.log('warn', 'lag_not_known', { code: isMarketsError(error) ? error.code : 'INTERNAL' });
    });
  }

  private hasLost(nowMs: number): boolean {
    return [...this.lost.values()].some((sinceMs) => nowMs - sinceMs >= LOST_MS_MAX);
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure as Error;
  }

  private log(level: 'info' | 'warn', event: string, fields: Record<string, string | number>): void {
    this.options.logger.log(level, event, { source: this.options.source, ...fields });
  }

  private twoGroups(): MarketsError {
    const { topic, source } = this.options;
    return new MarketsError('STREAM_STATE', 'Another process commits a partition that this one is assigned, again and again.', {
      expected: 'one process a partition, by the consumer group',
      found: `${REJOINS_MAX} times on ${topic}`,
      next: `Give all processes that read ${source} below one root the same group in streaming of the configuration.`,
    });
  }
}

function numbersOf(places: readonly TopicPartition[]): string {
  return places.map(({ partition }) => partition).join(',');
}
