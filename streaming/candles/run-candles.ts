/**
 * Live candles of one source: reads its topic as a member of a group of its own, and commits output, state and position of each partition as one
 * object (stateful-reader.ts). What is committed is published until the bus has taken it.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import { within } from '../../core/time/within.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { StatefulReader, type ReaderRun } from '../consume/stateful-reader.ts';
import type { CandleOptions } from './candle-options.ts';
import { KEYS_MAX, SECONDS_MAX } from './candle-options.ts';
import { CandlePartition } from './candle-partition.ts';
import type { CandleParts } from './candle-parts.ts';
import { OUTBOX_MAX } from './candle-publisher.ts';
import { CandleStatus } from './candle-status.ts';
import { isCommitDue } from './commit-time.ts';
import { createTradeChecker, type TradeChecker } from './checked-trades.ts';
import { compileTradeScanner, type TradeScanner } from './scan/compile-trade-scanner.ts';
import { FastTrades } from './scan/fast-trades.ts';
import { SecondBuckets } from './second-buckets.ts';
import { createMessageTaker, type MessageTaker } from './take-message.ts';
import { requireTradeColumns } from './trade-columns.ts';

/** How often a full outbox is looked at again. */
const OUTBOX_LOOK_MS = 200;

export class SourceCandles {
  readonly status: CandleStatus;
  private readonly parts: CandleParts;
  private readonly options: CandleOptions;
  private readonly checker: TradeChecker;
  private readonly scanner: TradeScanner | null;
  private readonly taker: MessageTaker;
  private readonly reader: StatefulReader<CandlePartition>;
  private publisher: BusPublisher | null = null;
  private hasToldProvisional = true;
  /** The messages that were taken last closed windows. */
  private hasToldWindows = false;

  constructor(parts: CandleParts) {
    const { spec, limits, time } = parts;
    const columns = requireTradeColumns(spec);
    this.parts = parts;
    this.options = {
      scales: columns.scales,
      allowedLatenessUs: columns.stream.allowed_lateness_ms * 1000,
      correctionsUs: limits.correctionsMs * 1000,
      gapBars: parts.gapBars,
      keysMax: KEYS_MAX,
      secondsMax: SECONDS_MAX,
    };
    this.reader = this.newReader(columns.stream.kafka_topic);
    this.status = new CandleStatus(spec.name, columns.stream.kafka_topic, this.reader);
    this.checker = createTradeChecker(spec, columns, printTimestamp(BigInt(time.nowMs()) * 1000n));
    this.scanner = compileTradeScanner(spec, columns, new SecondBuckets(columns.scales).limit);
    this.taker = createMessageTaker({
      checker: this.checker,
      fast: this.scanner === null ? null : new FastTrades(this.scanner),
      futureMs: spec.quality.future_ms ?? limits.futureMs,
      refused: parts.refused ?? (() => undefined),
    });
  }

  /** Until the signal, or silence. Commits what it has before it ends. Errors: STREAM_UNAVAILABLE, STREAM_DENIED, STREAM_TOPIC_MISSING, STREAM_STATE, STORE_*. */
  async run(run: ReaderRun): Promise<void> {
    const { bus, spec } = this.parts;
    this.publisher = await bus.publisher(`${requireTradeColumns(spec).stream.pubsub_topic}-candles`);
    try {
      await this.reader.run(run);
      this.status.outcome = 'ended';
    } catch (error) {
      this.status.outcome = 'failed';
      throw error;
    } finally {
      await this.publisher.close();
    }
  }

  private newReader(topic: string): StatefulReader<CandlePartition> {
    const { log, logger, spec, group, writer, limits, time } = this.parts;
    return new StatefulReader({
      ...{
        log,
        logger,
        topic,
        source: spec.name,
        group: `${group}-${spec.name}`,
        clientId: `candles-${writer}`,
        commitMs: limits.commitMs,
      },
      nowMs: () => time.nowMs(),
      work: {
        open: async (partition) => await this.open(partition),
        take: (partition, messages) => this.takeAll(partition, messages),
        silent: (milliseconds) => {
          if (milliseconds >= limits.provisionalMs && !this.hasToldProvisional) this.tellProvisional();
        },
        isDue: (milliseconds) => isCommitDue(milliseconds, limits.commitMs, this.hasToldWindows),
        turned: async (signal) => await this.waitForOutbox(signal),
        committed: () => {
          this.status.commits += 1;
        },
        released: ({ publisher }) => publisher.stop(),
        ending: (outcome) => {
          if (outcome === 'idle') this.tellProvisional();
        },
        ended: async () => await this.published(),
      },
    });
  }

  private takeAll(partition: CandlePartition, messages: MessageRun): void {
    const micros = BigInt(this.parts.time.nowMs()) * 1000n;
    this.checker.at(printTimestamp(micros));
    this.scanner?.at(micros);
    this.taker(partition, messages);
    this.hasToldProvisional = false;
    this.status.messages += messages.length;
    this.tellAll(false);
  }

  private tellProvisional(): void {
    this.tellAll(true);
    this.hasToldProvisional = true;
  }

  private tellAll(isProvisional: boolean): void {
    const { partitions } = this.reader;
    this.hasToldWindows = false;
    for (const partition of partitions.values()) {
      const told = partition.tell(isProvisional);
      this.status.told(told);
      this.hasToldWindows ||= told.length > 0;
    }
    this.status.look(partitions.values());
  }

  private async open(number: number): Promise<CandlePartition> {
    const { spec, time } = this.parts;
    if (this.publisher === null) throw new MarketsError('INTERNAL', 'A partition comes before there is a publisher.');
    const partition = await CandlePartition.open(this.parts, { source: spec.name, partition: number }, this.options, this.publisher);
    partition.publisher.onPublished = (candles) => this.status.published(candles, partition.newestTimestampMs, time.nowMs());
    return partition;
  }

  private async waitForOutbox(signal: AbortSignal): Promise<void> {
    for (const { publisher } of this.reader.partitions.values()) {
      while (publisher.waiting.length > OUTBOX_MAX && !signal.aborted) await this.parts.time.wait(OUTBOX_LOOK_MS, signal);
    }
  }

  /** What is committed, as far as the time allows; the rest is in the state. */
  private async published(): Promise<void> {
    const settled = Promise.all([...this.reader.partitions.values()].map(async ({ publisher }) => await publisher.settled()));
    await this.publisher?.flush();
    await within(settled, this.parts.limits.shutdownMs / 2, this.parts.time);
  }
}
