/**
 * The variant of low volume: messages of the log become files of JSON lines in landing/, where lane 1 takes them as it takes any file. Exactly one file a range of
 * offsets: which messages it holds is settled under a name that only its first offset makes, before it is written, and its offsets are committed after it is durable.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { LogConsumer, LogMessage } from '../../core/ports/message-log.ts';
import { landedName, landingBatchName } from '../../core/stream/object-names.ts';
import { createIfAbsent, jsonBytes } from '../../core/stream/stored-json.ts';
import { momentOf } from '../../core/time/time.ts';
import type { BridgeParts } from '../bridge/bridge-options.ts';
import { LagWatch } from '../bridge/lag-watch.ts';
import { codeOf } from '../bridge/partition-slots.ts';
import type { StreamSpec } from '../bridge/source-bridge.ts';
import type { SourceStatus } from '../bridge/source-status.ts';
import { lastOffset, settleBorder } from './file-border.ts';
import { GatheredLines } from './gathered-lines.ts';
import { landingNames, type LandingName } from './landing-name.ts';

const RETRY_FIRST_MS = 200;
const RETRY_MS_MAX = 10_000;
/** How long the loop waits for a message before it looks at the age of what it holds. */
const LOOK_MS = 250;

type Partitions = ReadonlyMap<number, GatheredLines>;

export class SourceLanding {
  private readonly spec: StreamSpec;
  private readonly parts: BridgeParts;
  private readonly status: SourceStatus;
  private readonly nameOf: LandingName;
  private readonly partitions = new Map<number, GatheredLines>();
  private readonly lag = new LagWatch();
  private lagAskedMs = Number.NEGATIVE_INFINITY;
  private work: Promise<void> = Promise.resolve();

  /** SPEC_NOT_SUPPORTED where no file of the source can be made of messages. */
  constructor(spec: StreamSpec, parts: BridgeParts, status: SourceStatus) {
    this.spec = spec;
    this.parts = parts;
    this.status = status;
    this.nameOf = landingNames(spec);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log, group, writer, limits } = this.parts;
    const consumer = await log.consumer({
      group: `${group}-${this.spec.name}`,
      topics: [this.spec.stream.kafka_topic],
      clientId: `markets-bridge-${writer}`,
      from: 'earliest',
      assigned: (partitions) => {
        for (const { partition } of partitions) this.partitions.set(partition, new GatheredLines(partition));
        this.status.state = 'reading';
        this.status.failure = null;
      },
      revoked: async (partitions) => {
        // What is gathered is read again by the next owner; a file that is being written is finished.
        for (const { partition } of partitions) this.partitions.delete(partition);
        await Promise.race([this.work, this.parts.time.wait(limits.revokeSeconds * 1000, signal)]);
      },
    });
    this.status.delivery = { inFlight: 0, inFlightBytes: 0, rejectingSince: null };
    try {
      while (!signal.aborted) await this.readOnce(consumer, signal);
      const late = AbortSignal.timeout(limits.shutdownSeconds * 1000);
      for (const lines of [...this.partitions.values()]) await this.close(lines, consumer, late);
    } finally {
      this.status.delivery = null;
      await consumer.close();
    }
  }

  private async readOnce(consumer: LogConsumer, signal: AbortSignal): Promise<void> {
    const batch = await consumer.next(AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
    // What stands in the batch belongs to the assignments of this moment.
    const partitions: Partitions = new Map(this.partitions);
    for (const message of batch) await this.take(message, partitions, consumer, signal);
    const { time, limits } = this.parts;
    for (const lines of partitions.values()) {
      if (lines.sinceMs !== null && time.monotonicMs() - lines.sinceMs >= limits.landing.batchSeconds * 1000) {
        await this.close(lines, consumer, signal);
      }
    }
    await this.tellLag(consumer);
  }

  private async take(message: LogMessage, partitions: Partitions, consumer: LogConsumer, signal: AbortSignal): Promise<void> {
    const { landing } = this.parts.limits;
    const lines = partitions.get(message.partition);
    if (lines === undefined) return;
    // A message that came before is in a file or among the lines.
    if (message.offset < (lines.position ?? 0n) || (lines.lastOffset !== null && message.offset <= lines.lastOffset)) return;
    // The log has removed the last messages of the settled file: it gets what is left.
    if (lines.settledLast !== null && message.offset > lines.settledLast) await this.close(lines, consumer, signal, true);
    if (signal.aborted || this.partitions.get(message.partition) !== lines) return;
    lines.add(message, this.parts.time.monotonicMs());
    this.status.read += 1;
    this.status.lastTimestampMs = message.timestampMs;
    const isSettled = lines.settledLast !== null && message.offset >= lines.settledLast;
    const isFull = lines.settledLast === null && (lines.count >= landing.batchMessages || lines.bytes >= landing.batchBytes);
    if (isSettled || isFull) await this.close(lines, consumer, signal);
  }

  /** Again and again until the store answers; nothing is read meanwhile. */
  private async close(lines: GatheredLines, consumer: LogConsumer, signal: AbortSignal, isAllThatComes = false): Promise<void> {
    const { time, logger } = this.parts;
    for (
      let wait = RETRY_FIRST_MS;
      !signal.aborted && this.partitions.get(lines.partition) === lines;
      wait = Math.min(wait * 2, RETRY_MS_MAX)
    ) {
      const work = this.closeOnce(lines, consumer, isAllThatComes);
      this.work = work.catch(() => undefined);
      try {
        await work;
        this.status.storeFailingSince = null;
        return;
      } catch (error) {
        if (!isMarketsError(error) || !error.retryable) throw error;
        this.status.storeFailingSince ??= time.monotonicMs();
        logger.log('warn', 'file_not_landed', { source: this.spec.name, partition: lines.partition, code: codeOf(error) });
        await time.wait(wait, signal);
      }
    }
  }

  private async closeOnce(lines: GatheredLines, consumer: LogConsumer, isAllThatComes: boolean): Promise<void> {
    const { store, time, writer } = this.parts;
    const { firstOffset: first, partition } = lines;
    if (first === null) return;
    const topic = this.spec.stream.kafka_topic;
    const file = this.nameOf(topic, partition, first);
    const at = momentOf(time.nowMs());
    const wanted = { kafka_topic: topic, partition, ranges: lines.ranges(), lines: lines.count, file, writer, at };
    const settled = await settleBorder(store, landingBatchName(this.spec.name, topic, partition, first), wanted);
    const last = lastOffset(settled.border);
    if (!isAllThatComes && last > (lines.lastOffset ?? last)) {
      // Another process has settled on a longer file: it is gathered first.
      lines.settledLast = last;
      return;
    }
    const landed = landedName(this.spec.name, topic, partition, first);
    if (settled.isNew || (await store.stat(landed)) === undefined) {
      // Where it is there, it has the same bytes, by a process that was killed before it could say so.
      await createIfAbsent(store, settled.border.file, lines.fileUpTo(last));
      await createIfAbsent(store, landed, jsonBytes({ writer, at }));
    }
    this.status.published += lines.drop(last, time.monotonicMs());
    this.status.records += 1;
    await this.commit(consumer, partition, last + 1n);
  }

  /** Where it fails, the next one covers it; what comes again meanwhile meets the settled borders. */
  private async commit(consumer: LogConsumer, partition: number, offset: bigint): Promise<void> {
    try {
      await consumer.commit([{ topic: this.spec.stream.kafka_topic, partition, offset }]);
    } catch (error) {
      this.parts.logger.log('warn', 'commit_failed', { source: this.spec.name, partition, code: codeOf(error) });
    }
  }

  private async tellLag(consumer: LogConsumer): Promise<void> {
    const { time, limits, logger } = this.parts;
    if (time.monotonicMs() - this.lagAskedMs < limits.lagSeconds * 1000) return;
    this.lagAskedMs = time.monotonicMs();
    try {
      await this.lag.ask(consumer);
      this.lag.tell(this.status, this.partitions.values(), time.nowMs());
    } catch (error) {
      this.status.lag.clear();
      logger.log('warn', 'lag_unknown', { source: this.spec.name, code: codeOf(error) });
    }
  }
}
