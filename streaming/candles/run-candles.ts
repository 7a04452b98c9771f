/**
 * Live candles of one source: reads its topic as a member of a group of its own, and commits output, state and position of each partition as one
 * object. A crash at any point is repaired by starting again: what no manifest names was never told, and what one names is not counted twice.
 */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { LogConsumer, LogMessage, TopicPartition } from '../../core/ports/message-log.ts';
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { CandleOptions } from './candle-options.ts';
import { KEYS_MAX, SECONDS_MAX } from './candle-options.ts';
import { CandlePartition } from './candle-partition.ts';
import type { CandleParts } from './candle-parts.ts';
import { OUTBOX_MAX } from './candle-publisher.ts';
import { CandleStatus } from './candle-status.ts';
import { createTradeChecker, type TradeChecker } from './checked-trades.ts';
import { nextWithin } from '../consume/next-within.ts';
import { compileTradeScanner, type TradeScanner } from './scan/compile-trade-scanner.ts';
import { FastTrades } from './scan/fast-trades.ts';
import { SecondBuckets } from './second-buckets.ts';
import { createMessageTaker, type MessageTaker } from './take-message.ts';
import { requireTradeColumns } from './trade-columns.ts';

/** How often the ends of the log are asked. */
const LAG_MS = 5000;
/** How often the loop looks up from waiting. */
const TICK_MS = 200;
/** Where another process has committed a partition and it is not taken away from this one within this time, the group is joined anew. */
const LOST_MS_MAX = 3000;
/** So often; then two processes are at it that do not know of each other. */
const REJOINS_MAX = 10;

export interface CandleRun {
  /** Ends the run where nothing came for so long; null: only the signal does. */
  readonly untilIdleMs: number | null;
  readonly signal: AbortSignal;
}

export class SourceCandles {
  readonly status: CandleStatus;
  private readonly parts: CandleParts;
  private readonly topic: string;
  private readonly options: CandleOptions;
  private readonly checker: TradeChecker;
  private readonly scanner: TradeScanner | null;
  private readonly taker: MessageTaker;
  private readonly partitions = new Map<number, CandlePartition>();
  /** Partitions that another process has committed, and since when. */
  private readonly lost = new Map<number, number>();
  private publisher: BusPublisher | null = null;
  private consumer: LogConsumer | null = null;
  private failure: unknown = null;
  private lastMessageMs: number;
  private lastCommitMs: number;
  private lagAtMs = 0;
  private hasToldProvisional = true;

  constructor(parts: CandleParts) {
    const { spec, limits, time } = parts;
    const columns = requireTradeColumns(spec);
    this.parts = parts;
    this.topic = columns.stream.kafka_topic;
    this.options = {
      scales: columns.scales,
      allowedLatenessUs: columns.stream.allowed_lateness_ms * 1000,
      correctionsUs: limits.correctionsMs * 1000,
      gapBars: parts.gapBars,
      keysMax: KEYS_MAX,
      secondsMax: SECONDS_MAX,
    };
    this.status = new CandleStatus(spec.name, this.topic);
    this.checker = createTradeChecker(spec, columns, this.now());
    this.scanner = compileTradeScanner(spec, columns, new SecondBuckets(columns.scales).limit);
    this.taker = createMessageTaker({
      checker: this.checker,
      fast: this.scanner === null ? null : new FastTrades(this.scanner),
      futureMs: spec.quality.future_ms ?? limits.futureMs,
      refused: parts.refused ?? (() => undefined),
    });
    this.lastMessageMs = this.lastCommitMs = time.nowMs();
  }

  /** Until the signal, or silence. Commits what it has before it ends. Errors: STREAM_UNAVAILABLE, STREAM_DENIED, STREAM_TOPIC_MISSING, STREAM_STATE, STORE_*. */
  async run({ untilIdleMs, signal }: CandleRun): Promise<void> {
    const { bus, spec } = this.parts;
    this.publisher = await bus.publisher(`${requireTradeColumns(spec).stream.pubsub_topic}-candles`);
    try {
      for (let joined = 0; ; joined += 1) {
        if (joined > REJOINS_MAX) throw this.twoGroups();
        if ((await this.session(untilIdleMs, signal)) === 'ended') break;
      }
      this.status.state = 'ended';
    } catch (error) {
      this.status.state = 'failed';
      throw error;
    } finally {
      await this.publisher.close();
    }
  }

  /** From joining the group to leaving it. */
  private async session(untilIdleMs: number | null, signal: AbortSignal): Promise<'ended' | 'lost'> {
    const { log, spec, group, writer } = this.parts;
    try {
      this.consumer = await log.consumer({
        group: `${group}-${spec.name}`,
        topics: [this.topic],
        clientId: `candles-${writer}`,
        from: 'earliest',
        positionOf: async ({ partition }) => await this.open(partition),
        assigned: (places) => this.assigned(places),
        revoked: async (places) => await this.revoked(places),
      });
      this.status.state = 'reading';
      const outcome = await this.loop(this.consumer, untilIdleMs, signal);
      await this.finish(outcome === 'idle');
      return outcome === 'lost' ? 'lost' : 'ended';
    } finally {
      for (const partition of this.partitions.values()) partition.publisher.stop();
      this.partitions.clear();
      this.lost.clear();
      await this.consumer?.close();
      this.consumer = null;
    }
  }

  private async loop(consumer: LogConsumer, untilIdleMs: number | null, signal: AbortSignal): Promise<'stopped' | 'idle' | 'lost'> {
    const { time, limits } = this.parts;
    while (!signal.aborted) {
      const messages = await nextWithin(consumer, signal, TICK_MS);
      if (this.failure !== null) throw this.failure as Error;
      const nowMs = time.nowMs();
      if (messages.length > 0) {
        this.takeAll(messages, nowMs);
      } else if (untilIdleMs !== null && nowMs - this.lastMessageMs >= untilIdleMs) {
        return 'idle';
      } else if (nowMs - this.lastMessageMs >= limits.provisionalMs && !this.hasToldProvisional) {
        this.tellAll(true);
        this.hasToldProvisional = true;
      }
      if (nowMs - this.lastCommitMs >= limits.commitMs) {
        this.lastCommitMs = nowMs;
        for (const partition of this.partitions.values()) if (!partition.isCommitting) this.commitAside(partition);
      }
      if (nowMs - this.lagAtMs >= LAG_MS) {
        this.lagAtMs = nowMs;
        this.lookAtLag(consumer);
      }
      if (this.hasLost(nowMs)) return 'lost';
      await this.waitForOutbox(signal);
    }
    return 'stopped';
  }

  private takeAll(messages: readonly LogMessage[], nowMs: number): void {
    const micros = BigInt(nowMs) * 1000n;
    this.checker.at(printTimestamp(micros));
    this.scanner?.at(micros);
    let partition: CandlePartition | undefined;
    let number = -1;
    for (const message of messages) {
      if (message.partition !== number) {
        number = message.partition;
        partition = this.partitions.get(number);
      }
      // Of a partition that is not this process's any more: whoever has it reads the message.
      if (partition !== undefined) this.taker.take(partition, message);
    }
    this.taker.flush();
    this.lastMessageMs = nowMs;
    this.hasToldProvisional = false;
    this.status.messages += messages.length;
    this.tellAll(false);
  }

  private tellAll(isProvisional: boolean): void {
    for (const partition of this.partitions.values()) this.status.told(partition.tell(isProvisional));
    this.status.look(this.partitions.values());
  }

  /** The position of the partition's state; undefined where it has none, then the group's. */
  private async open(number: number): Promise<bigint | undefined> {
    const { spec } = this.parts;
    if (this.publisher === null) throw new MarketsError('INTERNAL', 'A partition comes before there is a publisher.');
    const partition = await CandlePartition.open(this.parts, { source: spec.name, partition: number }, this.options, this.publisher);
    partition.publisher.onPublished = (candles) => this.status.published(candles, partition.newestTimestampMs, this.parts.time.nowMs());
    this.partitions.set(number, partition);
    this.lost.delete(number);
    return partition.isKnown ? partition.position : undefined;
  }

  private assigned(places: readonly TopicPartition[]): void {
    this.parts.logger.log('info', 'partitions_assigned', {
      source: this.parts.spec.name,
      partitions: places.map(({ partition }) => partition).join(','),
    });
    this.lastMessageMs = this.parts.time.nowMs();
  }

  /** Commits before anyone else reads the partitions. Where it cannot, the next reader begins at the last manifest. */
  private async revoked(places: readonly TopicPartition[]): Promise<void> {
    const { logger, spec } = this.parts;
    logger.log('info', 'partitions_revoked', { source: spec.name, partitions: places.map(({ partition }) => partition).join(',') });
    for (const { partition: number } of places) {
      const partition = this.partitions.get(number);
      this.partitions.delete(number);
      this.lost.delete(number);
      if (partition === undefined) continue;
      try {
        await this.commit(partition);
      } catch (error) {
        logger.log('warn', 'candles_not_committed', { source: spec.name, partition: number, message: String(error) });
      }
      partition.publisher.stop();
    }
  }

  private commitAside(partition: CandlePartition): void {
    void this.commit(partition).catch((error: unknown) => {
      this.failure ??= error;
    });
  }

  private async commit(partition: CandlePartition): Promise<void> {
    const outcome = await partition.commit();
    const { partition: number } = partition.place;
    if (outcome === 'taken') {
      this.parts.logger.log('warn', 'partition_taken', { source: this.parts.spec.name, partition: number });
      if (this.partitions.get(number) === partition) {
        this.partitions.delete(number);
        this.lost.set(number, this.parts.time.nowMs());
      }
      partition.publisher.stop();
    } else if (outcome === 'committed') {
      this.status.commits += 1;
      await this.tellGroup(partition);
    }
  }

  /** For those who look at the group's lag; the position that counts is the manifest's. */
  private async tellGroup(partition: CandlePartition): Promise<void> {
    try {
      await this.consumer?.commit([{ topic: this.topic, partition: partition.place.partition, offset: partition.committedPosition }]);
    } catch (error) {
      if (!isMarketsError(error)) throw error;
      this.parts.logger.log('warn', 'group_offset_not_committed', { source: this.parts.spec.name, code: error.code });
    }
  }

  /** Beside the reading; a log that does not answer leaves the figures as they were. */
  private lookAtLag(consumer: LogConsumer): void {
    const told = consumer.ends().then((ends) => {
      const lags = new Map<number, number>();
      for (const { partition, end } of ends) {
        const own = this.partitions.get(partition);
        if (own !== undefined) lags.set(partition, Math.max(0, Number(end - own.position)));
      }
      this.status.lags = lags;
    });
    told.catch((error: unknown) => {
      const code = isMarketsError(error) ? error.code : 'INTERNAL';
      this.parts.logger.log('warn', 'lag_not_known', { source: this.parts.spec.name, code });
    });
  }

  private hasLost(nowMs: number): boolean {
    return [...this.lost.values()].some((sinceMs) => nowMs - sinceMs >= LOST_MS_MAX);
  }

  private twoGroups(): MarketsError {
    return new MarketsError('STREAM_STATE', 'Another process commits candles of a partition that this one is assigned, again and again.', {
      expected: 'one process a partition, by the consumer group',
      found: `${REJOINS_MAX} times on ${this.topic}`,
      next: 'Give all processes of a root the same streaming.candles.group.',
    });
  }

  private async waitForOutbox(signal: AbortSignal): Promise<void> {
    for (const { publisher } of this.partitions.values()) {
      while (publisher.waiting.length > OUTBOX_MAX && !signal.aborted && this.failure === null) await this.parts.time.sleep(TICK_MS);
    }
  }

  /** Everything that was read is committed; what is committed is published as far as the time allows. */
  private async finish(isProvisional: boolean): Promise<void> {
    if (isProvisional) this.tellAll(true);
    const partitions = [...this.partitions.values()];
    await Promise.all(partitions.map(async (partition) => await this.commit(partition)));
    const settled = Promise.all(partitions.map(async ({ publisher }) => await publisher.settled()));
    await this.publisher?.flush();
    await Promise.race([settled, this.parts.time.sleep(this.parts.limits.shutdownMs / 2)]);
    if (this.failure !== null) throw this.failure as Error;
  }

  private now(): string {
    return printTimestamp(BigInt(this.parts.time.nowMs()) * 1000n);
  }
}
