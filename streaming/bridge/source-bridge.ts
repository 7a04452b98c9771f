/**
 * The way of one source from the log to the bus: read, judge, publish, and commit what the bus has taken. One call of run() is one membership in the consumer
 * group; it ends when the signal is aborted, or with the error that the log, the bus or the spec ends it with, and may then be begun anew: what is not committed comes again.
 */
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import type { LogConsumer } from '../../core/ports/message-log.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import type { SourceSpec, Stream } from '../../core/spec/source-spec.ts';
import { within } from '../../core/time/within.ts';
import type { BridgeParts } from './bridge-options.ts';
import { Changes } from './changes.ts';
import { Delivery } from './delivery.ts';
import { Intake, type Publishers } from './intake.ts';
import { LagWatch } from './lag-watch.ts';
import type { OffsetTracker } from './offset-tracker.ts';
import { codeOf, PartitionSlots, type PartitionSlot } from './partition-slots.ts';
import type { PendingMessage } from './pending-message.ts';
import { RecordKeeper } from './record-keeper.ts';
import type { SourceStatus } from './source-status.ts';

export type StreamSpec = SourceSpec & { readonly stream: Stream };

/** Runs of a partition since the last record that bring the next one. */
const RUNS_MAX = 10_000;
const STORE_RETRY_MS = 1000;

type Slots = ReadonlyMap<number, PartitionSlot>;

export class SourceBridge {
  private readonly spec: StreamSpec;
  private readonly parts: BridgeParts;
  private readonly status: SourceStatus;
  private readonly changes = new Changes();
  private readonly intake: Intake;
  private readonly delivery: Delivery;
  private readonly lag = new LagWatch();
  private readonly ended = new AbortController();
  private readonly slots: PartitionSlots;
  private readonly keeper: RecordKeeper;
  private consumer: LogConsumer | null = null;
  /** What a record in the background failed with, which is none of the errors that are tried again. */
  private broken: Error | null = null;

  constructor(spec: StreamSpec, parts: BridgeParts, status: SourceStatus) {
    const { limits, time, logger } = parts;
    const topic = spec.stream.kafka_topic;
    this.spec = spec;
    this.parts = parts;
    this.status = status;
    this.slots = new PartitionSlots(parts, { source: spec.name, topic }, this.ended.signal);
    this.delivery = new Delivery({
      source: spec.name,
      marks: limits.marks,
      backoffMsMax: limits.publishBackoffMsMax,
      time,
      logger,
      changes: this.changes,
      acknowledged: (message) => this.acknowledged(message),
    });
    this.intake = new Intake(spec, parts, { delivery: this.delivery, status, signal: this.ended.signal });
    this.keeper = new RecordKeeper({
      ...parts,
      topic,
      specVersion: spec.spec_version,
      slots: this.slots,
      status,
      changes: this.changes,
      lagOf: (tracker) => this.lag.of(tracker, time.nowMs()),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { bus, limits } = this.parts;
    const { pubsub_topic, dead_letter_topic } = this.spec.stream;
    const publishers: BusPublisher[] = [];
    const stop = AbortSignal.any([signal, this.ended.signal]);
    try {
      const good = await bus.publisher(pubsub_topic, { triesOnce: true });
      publishers.push(good);
      const dead = await bus.publisher(dead_letter_topic, { triesOnce: true });
      publishers.push(dead);
      this.intake.open({ good, dead });
      const consumer = await this.openConsumer();
      this.consumer = consumer;
      this.status.delivery = this.delivery;
      const repeated = [this.every(limits.recordSeconds, () => this.record()), this.watchLag(consumer)];
      try {
        await this.read(consumer, stop);
        await this.finish({ good, dead });
      } finally {
        this.ended.abort();
        await Promise.all(repeated);
        await consumer.close();
      }
    } finally {
      this.status.delivery = null;
      this.ended.abort();
      this.delivery.end();
      const closed = Promise.all(publishers.map(async (publisher) => await publisher.close()));
      await within(closed, limits.shutdownSeconds * 1000, this.parts.time);
    }
    if (this.broken !== null) throw this.broken;
  }

  private async openConsumer(): Promise<LogConsumer> {
    const { log, group, writer } = this.parts;
    return await log.consumer({
      group: `${group}-${this.spec.name}`,
      topics: [this.spec.stream.kafka_topic],
      clientId: `markets-bridge-${writer}`,
      from: 'earliest',
      assigned: (partitions) => {
        for (const { partition } of partitions) this.slots.assign(partition);
        this.changes.tell();
        this.status.state = 'reading';
        this.status.failure = null;
        this.parts.logger.log('info', 'partitions_assigned', { source: this.spec.name, count: partitions.length });
      },
      revoked: async (partitions) => {
        this.parts.logger.log('info', 'partitions_revoked', { source: this.spec.name, count: partitions.length });
        await this.giveUp(this.slots.revoke(partitions.map(({ partition }) => partition)));
      },
    });
  }

  private async read(consumer: LogConsumer, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const batch = await consumer.next(signal);
      // What stands in the batch belongs to the assignments of this moment.
      await this.takeAll(batch, this.slots.snapshot(), consumer, signal);
    }
  }

  private async takeAll(batch: MessageRun, slots: Slots, consumer: LogConsumer, signal: AbortSignal): Promise<void> {
    const { time, limits } = this.parts;
    this.intake.at(time);
    for (const message of batch) {
      if (this.mustWait) {
        await this.waitForRoom(consumer, signal);
        this.intake.at(time);
      }
      const slot = slots.get(message.partition);
      const tracker = slot === undefined ? null : (slot.tracker ?? (await this.openedTracker(slot)));
      if (slot === undefined || tracker === null) continue;
      if (tracker.uncommitted >= limits.uncommittedMessagesMax) await this.waitForCommit(tracker, slot, signal);
      // After a wait the partition may be somebody else's, or the process about to end.
      if (signal.aborted) return;
      if (this.slots.isCurrent(slot)) this.intake.take(message, tracker);
    }
  }

  private get mustWait(): boolean {
    return this.delivery.isAboveHighMark || this.delivery.rejectingSince !== null;
  }

  /** Reading goes on when the bus has taken enough. */
  private async waitForRoom(consumer: LogConsumer, signal: AbortSignal): Promise<void> {
    consumer.pause(consumer.assignment());
    await this.changes.until(() => this.delivery.isBelowLowMark && this.delivery.rejectingSince === null, signal);
    consumer.resume(consumer.assignment());
  }

  private async waitForCommit(tracker: OffsetTracker, slot: PartitionSlot, signal: AbortSignal): Promise<void> {
    const { uncommittedMessagesMax } = this.parts.limits;
    while (tracker.uncommitted >= uncommittedMessagesMax && this.slots.isCurrent(slot) && !signal.aborted) {
      if (tracker.committable > 0) await this.record();
      if (tracker.uncommitted < uncommittedMessagesMax) return;
      if (tracker.committable > 0) await this.parts.time.wait(STORE_RETRY_MS, signal);
      else await this.changes.until(() => tracker.committable > 0 || !this.slots.isCurrent(slot), signal);
    }
  }

  private async openedTracker(slot: PartitionSlot): Promise<OffsetTracker | null> {
    await slot.opened;
    return slot.tracker;
  }

  private acknowledged(message: PendingMessage): void {
    const { tracker, fate, codes } = message;
    const { status, parts } = this;
    tracker.done(message);
    if (fate === 'published') {
      status.published += 1;
      status.latency.add(parts.time.monotonicMs() - message.readAtMs);
    } else {
      for (const code of codes) status.deadLettered.set(code, (status.deadLettered.get(code) ?? 0) + 1);
    }
    if ((tracker.committable >= parts.limits.recordMessages || tracker.runCount >= RUNS_MAX) && !this.keeper.isBusy) void this.record();
  }

  /** Partitions are taken away: their last answers are awaited for a bounded time, then what is done is recorded and committed. */
  private async giveUp(slots: readonly PartitionSlot[]): Promise<void> {
    await this.drained(slots, this.parts.limits.revokeSeconds);
    await this.record();
    await this.slots.release(slots);
    this.slots.drop(slots);
    this.changes.tell();
  }

  private async finish({ good, dead }: Publishers): Promise<void> {
    const slots = [...this.slots.snapshot().values()];
    const flushed = Promise.all([good.flush(), dead.flush()]);
    await this.drained(slots, this.parts.limits.shutdownSeconds);
    // Where it fails, its messages have no answer either.
    flushed.catch(() => undefined);
    await this.record();
    await this.slots.release(slots);
  }

  private async drained(slots: readonly PartitionSlot[], seconds: number): Promise<void> {
    const timer = new AbortController();
    const done = this.changes.until(() => slots.every(({ tracker }) => tracker?.isDrained !== false), timer.signal);
    await within(done, seconds * 1000, this.parts.time);
    timer.abort();
  }

  private async record(): Promise<void> {
    try {
      if (this.consumer !== null) await this.keeper.record(this.consumer);
    } catch (error) {
      this.broken ??= error instanceof Error ? error : new Error(String(error));
      this.ended.abort();
    }
  }

  private async watchLag(consumer: LogConsumer): Promise<void> {
    await this.every(this.parts.limits.lagSeconds, async () => {
      try {
        await this.lag.ask(consumer);
        this.lag.tell(this.status, this.slots.trackers(), this.parts.time.nowMs());
      } catch (error) {
        this.status.lag.clear();
        this.parts.logger.log('warn', 'lag_unknown', { source: this.spec.name, code: codeOf(error) });
      }
    });
  }

  private async every(seconds: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.ended;
    for (;;) {
      await this.parts.time.wait(seconds * 1000, signal);
      if (signal.aborted) return;
      await work();
    }
  }
}
