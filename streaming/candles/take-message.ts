/** From messages of the log to the partition's candles: judged, mapped, counted. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { MessageRun } from '../../core/ports/message-run.ts';
import type { CandlePartition } from './candle-partition.ts';
import type { FastTrades } from './scan/fast-trades.ts';
import { exactOffset } from './exact-offset.ts';
import { BATCH_TRADES } from './trade-batch.ts';
import type { CheckedTrade, TradeChecker } from './checked-trades.ts';
import { viewOf, type Outcome, type PartitionCandles } from './partition-candles.ts';

/** Takes the messages of a run into the candles of their partition. */
export type MessageTaker = (partition: CandlePartition, run: MessageRun) => void;

export interface TakerOptions {
  readonly checker: TradeChecker;
  /** null where every message goes the exact way. */
  readonly fast: FastTrades | null;
  readonly futureMs: number;
  /** Called with a message that the source's spec refuses. */
  readonly refused: (message: LogMessage) => void;
}

export function createMessageTaker({ checker, fast, futureMs, refused }: TakerOptions): MessageTaker {
  const exactly = (partition: CandlePartition, message: LogMessage, capUs: number): void => {
    const { value } = message;
    // A tombstone tells of no trade.
    const verdict = value === null ? 'none' : checker.check(value);
    if (verdict === 'refused') {
      partition.refused += 1;
      refused(message);
      return;
    }
    if (value !== null) fast?.accepted(value);
    if (verdict === 'none') partition.other += 1;
    else addChecked(partition.candles, verdict, message, capUs);
  };
  const adder = fast === null ? null : new BatchAdder(fast);
  return (partition, run) => {
    const { bytes, length, places } = run;
    const { offsets, timestampsMs, valueFrom, valueTo } = places;
    const { candles } = partition;
    for (let index = 0; index < length; index += 1) {
      const offset = offsets[index] as number;
      if (offset <= partition.last) continue;
      const timestampMs = timestampsMs[index] as number;
      const capUs = (timestampMs + futureMs) * 1000;
      const from = valueFrom[index] as number;
      if (from >= 0 && adder !== null && fast?.scan(bytes, from, valueTo[index] as number) === true) {
        adder.add(candles, offset, capUs);
      } else {
        adder?.flush();
        exactly(partition, run.message(index), capUs);
      }
      partition.took(offset, timestampMs);
    }
    adder?.flush();
  };
}

/** Of a batch. What is imported is looked up at every use; a constant of the module costs nothing. */
const ROOM = BATCH_TRADES;

/** Adds scanned trades in batches. Whoever adds a trade in another way, or looks at the candles, calls flush() before. */
export class BatchAdder {
  private readonly fast: FastTrades;
  private candles: PartitionCandles | null = null;

  constructor(fast: FastTrades) {
    this.fast = fast;
  }

  /** The trade that `fast` has scanned last. */
  add(candles: PartitionCandles, offset: number, capUs: number): void {
    const { fast } = this;
    const { batch } = fast;
    if (candles !== this.candles || batch.view !== fast.view) {
      this.flush();
      this.candles = candles;
      batch.view = fast.view;
    }
    batch.push(offset, capUs);
    // What was copied to be scanned is overwritten by the next message.
    if (fast.isCopied || batch.count === ROOM) this.flush();
  }

  flush(): void {
    const { batch } = this.fast;
    if (batch.count === 0) return;
    this.candles?.addAll(batch);
    batch.clear();
  }
}

/** In doubles where they hold the values exactly. */
export function addChecked(candles: PartitionCandles, trade: CheckedTrade, { offset }: Pick<LogMessage, 'offset'>, capUs: number): Outcome {
  const { buckets } = candles;
  const key = viewOf(Buffer.from(trade.key, 'utf8'));
  const instrument = candles.instrumentNamed(trade.instrument);
  const rest = [trade.timeUs, exactOffset(offset), key, 0, key.byteLength, capUs] as const;
  const price = buckets.narrowPrice(trade.price);
  const quantity = buckets.narrowQuantity(trade.quantity);
  if (price < 0 || quantity < 0) return candles.addWide(instrument, trade.price, trade.quantity, ...rest);
  return candles.add(instrument, price, quantity, ...rest);
}
