/** From a message of the log to the partition's candles: judged, mapped, counted. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { CandlePartition } from './candle-partition.ts';
import type { FastTrades } from './scan/fast-trades.ts';
import { exactOffset } from './exact-offset.ts';
import { BATCH_TRADES } from './trade-batch.ts';
import type { CheckedTrade, TradeChecker } from './checked-trades.ts';
import { viewOf, type Outcome, type PartitionCandles } from './partition-candles.ts';

export interface MessageTaker {
  take(partition: CandlePartition, message: LogMessage): void;
  /** Everything that was taken counts. */
  flush(): void;
}

export interface TakerOptions {
  readonly checker: TradeChecker;
  /** null where every message goes the exact way. */
  readonly fast: FastTrades | null;
  readonly futureMs: number;
  /** Called with a message that the source's spec refuses. */
  readonly refused: (message: LogMessage) => void;
}

export function createMessageTaker({ checker, fast, futureMs, refused }: TakerOptions): MessageTaker {
  const exactly = (partition: CandlePartition, message: LogMessage, value: Uint8Array, capUs: number): void => {
    const verdict = checker.check(value);
    if (verdict === 'refused') {
      partition.refused += 1;
      refused(message);
      return;
    }
    fast?.accepted(value);
    if (verdict === 'none') {
      partition.other += 1;
      return;
    }
    addChecked(partition.candles, verdict, message, capUs);
  };
  const adder = fast === null ? null : new BatchAdder(fast);
  return {
    flush: () => adder?.flush(),
    take: (partition, message) => {
      const { value, timestampMs } = message;
      const offset = exactOffset(message.offset);
      if (offset <= partition.last) return;
      const capUs = (timestampMs + futureMs) * 1000;
      // A tombstone tells of no trade.
      if (value === null) partition.other += 1;
      else if (adder !== null && fast?.scan(value) === true) adder.add(partition.candles, offset, capUs);
      else {
        adder?.flush();
        exactly(partition, message, value, capUs);
      }
      partition.took(offset, timestampMs);
    },
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
